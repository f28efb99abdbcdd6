"""Submissions alike to a suspicious degree: for an instructor to read, never a verdict.

A submission becomes the set of its shingles: runs of LENGTH Python tokens inside a cell (Schleimer,
Wilkerson, Aiken 2003, without their sampling, for notebooks are short). Comments, layout and what a
string says do not count, and every name that a student may choose is one and the same token. What
the blank exercise holds is left out. A shingle weighs less, the more submissions have it: what
everybody writes says nothing. Likeness is the weight shared over the weight of both together.
"""

import builtins
import keyword
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .exercise import tagged

LENGTH = 6
THRESHOLD = 0.6
FEWEST = 40  # shingles of its own that a submission needs: very short answers are alike by nature
MAX_TEXT = 500_000
TOKEN = re.compile(
    r"(?P<comment>\#[^\n]*)"
    r"|(?P<string>[rbfuRBFU]{0,2}"
    r"(?:'''[\s\S]*?(?:'''|\Z)|\"\"\"[\s\S]*?(?:\"\"\"|\Z)"
    r"|\"(?:\\.|[^\"\\\n])*\"?|'(?:\\.|[^'\\\n])*'?))"
    r"|(?P<number>\.?\d[\w.]*)|(?P<name>[^\W\d]\w*)"
    r"|(?P<sign>\*\*|//|->|<<|>>|[=!<>:+\-*/%@&|^]=|[^\s\w])"
)
FIXED = {*keyword.kwlist, *dir(builtins)}
OTTER = ["import otter\ngrader = otter.Notebook('x')", "grader.check('x')", "grader.check_all()"]

Shingle = tuple[str, ...]


@dataclass(frozen=True)
class Pair:
    """Two students and the likeness of what they handed in, from 0 to 1."""

    first: str
    second: str
    likeness: float


def tokens(source: str) -> list[str]:
    """Return the tokens of a cell, right Python or not, without what is free to choose."""
    found: list[str] = []
    for token in TOKEN.finditer(source):
        text = token.group()
        if token.lastgroup == "comment":
            continue
        if token.lastgroup == "string":
            text = "''"
        elif token.lastgroup == "name" and text not in FIXED and found[-1:] != ["."]:
            text = "name"
        found.append(text)
    return found


def shingles(cells: Sequence[str]) -> set[Shingle]:
    """Return the shingles of all cells; a cell of a few tokens has none."""
    found: set[Shingle] = set()
    room = MAX_TEXT
    for cell in cells:
        line = tokens(cell[:room])
        room -= min(room, len(cell))
        found.update(tuple(line[n : n + LENGTH]) for n in range(len(line) - LENGTH + 1))
    return found


def alike(
    submissions: Mapping[str, Sequence[str]], blank: Sequence[str], threshold: float = THRESHOLD
) -> list[Pair]:
    """Return the pairs of students whose code cells are alike, the most alike first.

    Of students who are the same in every shingle, the first one stands for all.
    """
    given = shingles([*blank, *OTTER])
    twins: dict[frozenset[Shingle], list[str]] = {}
    for student, cells in submissions.items():
        mine = frozenset(shingles(cells) - given)
        if len(mine) >= FEWEST:
            twins.setdefault(mine, []).append(student)
    count: Counter[Shingle] = Counter()
    for mine, who in twins.items():
        count.update(dict.fromkeys(mine, len(who)))
    everybody = sum(len(who) for who in twins.values())
    weight = {shingle: math.log((everybody + 1) / n) for shingle, n in count.items()}
    pairs = [Pair(who[0], other, 1.0) for who in twins.values() for other in who[1:]]
    pairs += _pairs({who[0]: mine for mine, who in twins.items()}, weight, threshold)
    return sorted(pairs, key=lambda pair: -pair.likeness)


def groups(pairs: Sequence[Pair]) -> list[tuple[list[str], float, float]]:
    """Return who are alike, directly or by way of others, with the range of their likeness."""
    group: dict[str, list[str]] = {}
    for pair in pairs:
        first, second = group.get(pair.first, [pair.first]), group.get(pair.second, [pair.second])
        if first is not second:
            first += second
            group |= dict.fromkeys([pair.first, *second], first)
    found: dict[int, tuple[list[str], list[float]]] = {}
    for pair in pairs:
        members = group[pair.first]
        found.setdefault(id(members), (members, []))[1].append(pair.likeness)
    ranges = [(members, min(likeness), max(likeness)) for members, likeness in found.values()]
    return sorted(ranges, key=lambda members: -members[2])


def _pairs(
    own: Mapping[str, frozenset[Shingle]], weight: Mapping[Shingle, float], threshold: float
) -> Iterator[Pair]:
    """Compare each submission with all after it, by way of who else has each of its shingles."""
    having: dict[Shingle, list[int]] = {}
    for number, mine in enumerate(own.values()):
        for shingle in mine:
            having.setdefault(shingle, []).append(number)
    common = {shingle: np.array(who) for shingle, who in having.items() if len(who) > 1}
    students = list(own)
    whole = np.array([sum(weight[shingle] for shingle in mine) for mine in own.values()])
    for number, mine in enumerate(own.values()):
        shared = np.zeros(len(own))
        for shingle in mine & common.keys():
            shared[common[shingle]] += weight[shingle]
        likeness = shared / (whole + whole[number] - shared)
        for other in np.flatnonzero(likeness[number + 1 :] >= threshold) + number + 1:
            yield Pair(students[number], students[other], float(likeness[other]))


def master_cells(master: Path) -> tuple[list[str], list[str]]:
    """Return the code cells of the worked solution, and of the blank exercise."""
    import jupytext

    solved, inside = [], False
    for cell in jupytext.read(master, fmt="md:myst").cells:
        if cell.cell_type == "raw" and "TESTS" in cell.source:
            inside = "BEGIN TESTS" in cell.source
        elif cell.cell_type == "code" and not inside and not tagged(cell, "hidden-test"):
            solved.append(cell.source)
    block = re.compile(r"# BEGIN SOLUTION.*?# END SOLUTION|(?<== )[^\n]*# SOLUTION$", re.S | re.M)
    return solved, [block.sub("...", source) for source in solved]
