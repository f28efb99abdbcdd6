"""The package as a whole: what it imports, names, promises and ships."""

import ast
import doctest
import importlib
import inspect
import os
import pkgutil
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

import gdcourse

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "gdcourse").rglob("*.py"))
ADAPTERS = ("keras", "lightning", "transformers")  # each needs its library at the top
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(gdcourse.__path__, "gdcourse.")
    if not module.name.endswith(("__main__", *(f".adapters.{name}" for name in ADAPTERS)))
)
HEAVY = ("torch", "matplotlib", "ipywidgets", "anywidget", "IPython", "pandas", "sklearn", "scipy")
LIGHT = ("__init__.py", "doctor.py", "finding.py", "report.py", "thresholds.py", "curves.py",
         "finished.py")  # fmt: skip
every_source = pytest.mark.parametrize(
    "path", SOURCES, ids=[str(p.relative_to(ROOT)) for p in SOURCES]
)


def python(code, executable=sys.executable, **kwargs):
    return subprocess.run(
        [executable, "-c", code], capture_output=True, text=True, check=True, timeout=120, **kwargs
    ).stdout


def test_importing_it_imports_nothing_heavy():
    loaded = python("import sys, gdcourse; print(*sys.modules)").split()
    assert "gdcourse.rules.adam" in loaded
    assert not set(HEAVY) & set(loaded)


def test_minimizing_on_numpy_needs_no_torch():
    code = """
import sys
sys.modules["torch"] = None  # an import of it raises
import gdcourse as gd
run = gd.minimize(gd.Rosenbrock(), [-1.2, 1.0], gd.adam(0.1), steps=3)
print(len(run.loss), len(gd.load_sp500()))
"""
    assert python(code).split() == ["4", "17346"]


def test_it_names_what_it_has_and_nothing_else():
    assert len(gdcourse.__all__) == len(set(gdcourse.__all__)) > 30
    for name in gdcourse.__all__:
        assert getattr(gdcourse, name) is not None
    public = {
        name
        for name, item in vars(gdcourse).items()
        if not name.startswith("_") and not inspect.ismodule(item)
    }
    assert public - {"TYPE_CHECKING"} <= set(gdcourse.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'nonsense'"):
        _ = gdcourse.nonsense


@pytest.mark.parametrize("name", sorted(set(gdcourse.__all__) - {"__version__"}))
def test_every_public_name_says_what_it_is(name):
    doc = inspect.getdoc(getattr(gdcourse, name))
    assert doc and doc[0].isupper() and doc.split("\n")[0].endswith((".", ":"))
    assert len(doc.splitlines()) <= 25


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_the_docstrings_are_true(name, monkeypatch):
    monkeypatch.setenv("GDCOURSE_DEVICE", "cpu")
    module = importlib.import_module(name)
    assert doctest.testmod(module).failed == 0


@every_source
def test_a_module_is_short_and_named_for_what_it_holds(path):
    assert len(path.read_text().splitlines()) <= 200
    assert not {"utils", "util", "common", "misc", "helpers", "_src"} & set(
        path.relative_to(ROOT).with_suffix("").parts
    )


@every_source
def test_no_top_level_import_is_heavy(path):
    engine = {"torch_optimizer.py", "in_place.py", "blocks.py", "record.py", "lines.py"}
    if path.parent.name == "rules" and path.name in engine:  # torch's own class, and its engine
        return
    if "doctor" in path.parts and path.name not in LIGHT:  # doctor.py imports them when it is used
        return
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names = [alias.name for alias in node.names]
            roots = [node.module or ""] if isinstance(node, ast.ImportFrom) else names
            assert not {root.split(".")[0] for root in roots} & {"torch"}, f"{path}:{node.lineno}"


@pytest.fixture(scope="module")
def distributions(tmp_path_factory):
    """Build sdist and wheel from a clean copy of the sources, without the network."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("dist")
    shutil.copytree(
        ROOT / "gdcourse", source / "gdcourse", ignore=shutil.ignore_patterns("__pycache__")
    )
    for name in ("pyproject.toml", "README.md", "LICENSE", "LICENSE-text"):
        shutil.copy(ROOT / name, source)
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return sorted(out.iterdir())


def test_wheel_and_sdist_are_built_and_small(distributions):
    names = [path.name for path in distributions]
    version = gdcourse.__version__
    assert names == [f"gdcourse-{version}-py3-none-any.whl", f"gdcourse-{version}.tar.gz"]
    assert all(path.stat().st_size < 2**21 for path in distributions)


def test_the_wheel_works_in_a_fresh_environment(distributions, tmp_path):
    home = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home], check=True, timeout=120)
    bin_ = home / ("Scripts" if os.name == "nt" else "bin")
    command = [sys.executable, "-m", "pip", "--python", str(bin_ / "python"), "install"]
    offline = ["--quiet", "--no-deps", "--no-index", "--disable-pip-version-check"]
    subprocess.run([*command, *offline, str(distributions[0])], check=True, timeout=120)
    packages = next(home.rglob("site-packages"))
    # NumPy comes from this environment: one path line, read after the new one's own packages.
    (packages / "numpy-from-outside.pth").write_text(sysconfig.get_path("purelib") + "\n")
    code = """
import gdcourse as gd
print(gd.__file__, len(gd.load_sp500()), gd.minimize(gd.bowl(), [1.0, 1.0], gd.sgd(1), 1).loss[-1])
"""
    clean = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    where, rows, loss = python(code, bin_ / "python", cwd=tmp_path, env=clean).split()
    assert Path(where).is_relative_to(home) and (rows, loss) == ("17346", "0.0")
    assert (Path(where).parent / "py.typed").exists()
    said = subprocess.run(
        [bin_ / "gdcourse", "--version"], capture_output=True, text=True, check=True, timeout=60,
        cwd=tmp_path, env=clean,
    )  # fmt: skip
    assert gdcourse.__version__ in said.stdout
