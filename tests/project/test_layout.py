"""The layout holds: layers, sizes, and a test file for each module."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "profiler"
MODULES = sorted(path.relative_to(ROOT) for path in PACKAGE.rglob("*.py"))
LONGEST_MODULE = 400
LONGEST_FUNCTION = 60
# Folders of tests that stand for no module: what they test is named by the folder.
BESIDE = ("project", "integration", "browser", "notebooks", "oracles", "programs")
# They hold declarations alone, or are the door to a package; those that do more may have one.
UNTESTED = ("__init__.py", "__main__.py", "version.py", "errors.py", "schemas.py")


def mirror(module: Path) -> Path:
    """Return the test file of a module."""
    return Path("tests", *module.parts[1:-1], f"test_{module.name}")


@pytest.mark.parametrize("module", [m for m in MODULES if m.name not in UNTESTED], ids=str)
def test_a_module_has_a_test_file_of_its_own(module):
    assert (ROOT / mirror(module)).is_file()


def test_a_test_file_mirrors_a_module():
    mirrors = {mirror(module) for module in MODULES}
    tests = {path.relative_to(ROOT) for path in (ROOT / "tests").rglob("test_*.py")}
    stray = sorted(str(path) for path in tests - mirrors if path.parts[1] not in BESIDE)
    assert stray == []


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_module_and_its_functions_are_short(module):
    text = (ROOT / module).read_text(encoding="utf-8")
    assert len(text.splitlines()) < LONGEST_MODULE
    lengths = {
        node.name: (node.end_lineno or 0) - node.lineno + 1
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: length for name, length in lengths.items() if length >= LONGEST_FUNCTION} == {}


def test_no_module_shadows_one_of_the_standard_library_by_where_it_stands():
    """A script beside it would import it: the worker's folders stand on sys.path, so do scripts'."""
    loose = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__", "__main__"}
    assert loose & set(sys.stdlib_module_names) == set()


def test_nothing_lies_loose_in_the_root_but_the_public_face():
    assert {path.name for path in PACKAGE.glob("*.py")} == {
        "__init__.py",
        "__main__.py",
        "api.py",
        "version.py",
    }


@pytest.mark.long
@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("statistics/verdicts.py", "from ..runs import record\n"),
        ("readers/nesting.py", "from ..attribution import stacks\n"),
        ("results/build.py", "from ..report.pages import report\n"),
        ("collect/harness.py", "from ..statistics import verdicts\n"),
        ("launch/manager.py", "from ..collect import harness\n"),
    ],
)
def test_an_upward_import_breaks_the_layers(module, line, tmp_path):
    shutil.copytree(PACKAGE, tmp_path / "profiler", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    path = tmp_path / "profiler" / module
    path.write_text(f"{path.read_text()}\n\n{line}")
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"profiler.{module[:-3].replace('/', '.')} -> " in done.stdout.replace("\n", "")
