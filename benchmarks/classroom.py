"""A class of any size that hands in the exercise `learning-rate`, and the points each one deserves.

Of a hundred submissions 60 are right (the worked solution, dressed differently each time), 25 have
one of the planted mistakes of `solutions/learning-rate.mistakes.py`, 10 are broken (no JSON, no
notebook, cut off, empty, one cell that fails), 5 are hostile. No two files are alike.
"""

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path

SOLUTIONS = Path(__file__).parents[1] / "solutions"
MASTER = SOLUTIONS / "learning-rate.md"
FULL = {"q1": 3.0, "q2": 4.0, "q3": 4.0, "q4": 4.0}
NONE = dict.fromkeys(FULL, 0.0)
KINDS = ["right"] * 60 + ["wrong"] * 25 + ["broken"] * 10 + ["hostile"] * 5
HEADING = re.compile(r"# %% (?P<question>\w+) keeps (?P<keeps>[\d.]+) of .+")

# Each takes the place of the answer to question 1, and costs that question alone.
IN_A_FUNCTION = [
    "while True: pass",
    "import time; time.sleep(1e6)",
    "import os; os._exit(0)",
    "x = bytearray(3 * 2**30)",
    "import os\n    while True: os.fork()",
    "import ctypes; ctypes.string_at(0)",
    "import socket; socket.create_connection(('192.0.2.1', 80), 1)",
    "import sys; sys.stdout.write('x' * 10**8); return open('/etc/shadow').read()",
    "import os\n    for fd in range(3, 64):\n        try: os.write(fd, b'x' * 2**22)\n"
    "        except OSError: pass",
    "return type('Equal', (float,), {'__eq__': lambda a, b: True})(7)",
]
# Each stands in a cell of its own before the right answers, and costs nothing.
IN_A_CELL = [
    "import os\nos._exit(1)",
    "import numpy\nnumpy.allclose = lambda *a, **k: True",
    "open('/tmp/x' * 50, 'w')",
    "raise SystemExit",
    "import os\nif os.fork() == 0:\n    import time\n    os.setsid()\n    time.sleep(1e6)",
]


def solution() -> list[str]:
    """Return the code cells of the worked solution."""
    import jupytext

    cells = jupytext.read(MASTER, fmt="md:myst").cells
    code = [cell for cell in cells if cell.cell_type == "code"]
    return [c.source for c in code if "hidden-test" not in c.metadata.get("tags", [])]


def mistakes() -> list[tuple[str, float, str]]:
    """Return the planted mistakes: question, points that are kept, source."""
    text = MASTER.with_suffix(".mistakes.py").read_text("utf-8")
    cells = re.split(r"^(?=# %% )", text, flags=re.MULTILINE)[1:]
    found = [(HEADING.match(cell), cell) for cell in cells]
    return [(m["question"], float(m["keeps"]), cell) for m, cell in found if m]


def notebook(*sources: str) -> bytes:
    cells = [{"cell_type": "code", "source": source} for source in sources]
    return json.dumps({"nbformat": 4, "cells": cells}).encode()


def classroom(size: int, seed: int = 11) -> Iterator[tuple[str, bytes, dict[str, float]]]:
    """Give each student's name, file, and points by question."""
    chance, right, wrong = random.Random(seed), solution(), mistakes()
    for number in range(size):
        kind = KINDS[number * 37 % 100]  # every hundred in a row has the whole mix
        turn, mark = number // 100 + number, f"# {chance.random()}"
        if kind == "right":
            sources, points = [mark, *right], FULL
        elif kind == "wrong":
            question, kept, cell = wrong[turn % len(wrong)]
            sources, points = [*right, cell, mark], {**FULL, question: kept}
        elif kind == "hostile" and turn % 3:
            body = IN_A_FUNCTION[turn % len(IN_A_FUNCTION)]
            sources, points = [*right, f"def step(*a):\n    {body}", mark], {**FULL, "q1": 0.0}
        elif kind == "hostile":
            sources, points = [mark, IN_A_CELL[turn % len(IN_A_CELL)], *right], FULL
        else:
            yield f"s{number:05d}", *broken(turn % 6, mark, right)
            continue
        yield f"s{number:05d}", notebook(*sources), points


def broken(turn: int, mark: str, right: list[str]) -> tuple[bytes, dict[str, float]]:
    """Return a file that something went wrong with, and its points."""
    whole = notebook(mark, *right)
    return [
        (whole[: len(whole) // 2], NONE),
        (b"\x89PNG" + whole, NONE),
        (json.dumps({"nbformat": 3, "worksheets": [mark]}).encode(), NONE),
        (notebook(mark), NONE),
        (notebook(mark, "def step(x, gradient, lr) return x", *right), FULL),
        (notebook(mark, *right, "def step(x, gradient, lr):\n    return y"), {**FULL, "q1": 0.0}),
    ][turn]
