"""The seven tools: what the page "The same descent in seven tools" cannot check by itself."""

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from clean_notebook import clean_notebook
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "book" / "foundations" / "seven-tools.md"
MATLAB = PAGE.with_name("descent.m")

# Python reads this file at its start. It hides the tools as if they had never been installed.
HIDE = """
import shutil
import sys
from importlib.machinery import PathFinder

HIDDEN = {"jax", "jaxlib", "keras", "optax", "tensorflow"}


class Hide(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        hidden = name.partition(".")[0] in HIDDEN
        return None if hidden else super().find_spec(name, path, target)


sys.meta_path = [Hide if finder is PathFinder else finder for finder in sys.meta_path]
which = shutil.which
shutil.which = lambda name, *args, **kw: None if "octave" in name else which(name, *args, **kw)
"""
# Follows the page's own cells: its Keras against its NumPy, on another backend.
COMPARE = """
begin = starts["network"][:2]
settings = dict(beta_1=7 / 8, beta_2=1023 / 1024, epsilon=2**-27)  # single precision holds them
for its, rule in (
    (in_keras(begin, "SGD", 8, learning_rate=1 / 8, momentum=7 / 8), gd.momentum(1 / 8, 7 / 8)),
    (
        in_keras(begin, "Adam", 8, learning_rate=1 / 64, **settings),
        gd.Chain(AdamHat(*settings.values()), gd.LearningRate(1 / 64)),
    ),
):
    gap = np.abs(its - in_numpy(begin, rule, 8)).max()
    assert gap < 1e-6, (rule, gap)
import keras
print("agrees on", keras.backend.backend())
"""


def source(*needed):
    """Return the page's code cells that hold one of the texts, in their order."""
    cells = [c.source for c in clean_notebook(PAGE, ROOT / "book").cells if c.cell_type == "code"]
    chosen = [next(cell for cell in cells if text in cell) for text in needed]
    return "\n\n".join(sorted(chosen, key=cells.index))


def test_the_full_check_has_all_tools(tool):
    for name in ("jax", "keras", "optax", "tensorflow", "torch", "sklearn"):
        assert find_spec(name), f"{name} is missing: the page would leave it out"
    assert tool("octave-cli")


def octave(tool, folder, command):
    strict = "warning('error', 'Octave:language-extension'); "
    call = [tool("octave-cli"), "--norc", "--path", str(folder), "--eval", strict + command]
    return subprocess.run(call, capture_output=True, text=True, timeout=60)


def test_the_matlab_file_holds_nothing_that_only_octave_knows(tool, tmp_path):
    parsed = octave(tool, MATLAB.parent, "disp(nargin('descent'))")
    assert parsed.returncode == 0 and parsed.stdout.strip() == "2", parsed.stderr
    code = "\n".join(line.split("%")[0] for line in MATLAB.read_text().splitlines())
    assert not re.search(r'["#!]|\bprintf\b|\bend[a-z_]+|\bunwind_protect\b|\bdo\b', code)
    # MATLAB has functions by these names; a variable would hide them.
    assert not re.search(r"^\s*(input|path|run|gradient|eps)\s*=", code, re.MULTILINE)
    (tmp_path / "more.m").write_text("function more()\nx = 1;\nx += 1;\nend\n")
    assert "language extension" in octave(tool, tmp_path, "more").stderr


@pytest.mark.parametrize("backend", ["torch", "jax"])
def test_keras_descends_alike_on_its_other_backends(backend):
    cells = source('["KERAS_BACKEND"]', "def draw", "def gradient", "class AdamHat", "def in_keras")
    code = f"{cells}\nos.environ['KERAS_BACKEND'] = {backend!r}\n{COMPARE}"
    environment = os.environ | {"JAX_ENABLE_X64": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, timeout=120
    )
    assert f"agrees on {backend}" in done.stdout, done.stderr


@pytest.mark.notebooks
def test_the_page_runs_without_the_heavy_tools(tmp_path, monkeypatch):
    (tmp_path / "sitecustomize.py").write_text(HIDE)
    found = os.pathsep.join(filter(None, [str(tmp_path), os.environ.get("PYTHONPATH")]))
    monkeypatch.setenv("PYTHONPATH", found)
    notebook = clean_notebook(PAGE, ROOT / "book")
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute(cwd=str(tmp_path))
    outputs = str([cell.get("outputs") for cell in notebook.cells])
    assert "Not installed where this page was run: Keras, TensorFlow, JAX, MATLAB." in outputs
    assert "'name': 'stderr'" not in outputs
