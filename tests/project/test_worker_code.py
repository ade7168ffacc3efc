"""The worker's own code: what it may import, what it must parse under, and how its zip is found."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from profiler.launch import worker
from profiler.protocol.candidates import CANDIDATES

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "profiler" / "collect").rglob("*.py")) + sorted(
    (ROOT / "profiler" / "protocol").rglob("*.py")
)
MEASURED_PACKAGES = {"numpy", "tensorflow", "keras"}


def packages_of(path):
    """Return what a candidate says that it needs beside the framework."""
    own = {one.id: one.packages for one in CANDIDATES} if path.parent.name == "candidates" else {}
    return {name.replace("-", "_") for name in own.get(path.stem, ())}


def imported_roots(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module.split(".")[0]


def relative_imports(path, tree):
    """Yield the module of ours that each relative import names, from the package's root."""
    package = path.relative_to(ROOT / "profiler").parent.parts
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            begin = package[: len(package) + 1 - node.level]
            yield from (".".join((*begin, *(node.module or alias.name).split("."))) for alias in node.names)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_module_of_the_worker_parses_as_python_3_7(path):
    tree = ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 7))
    assert tree.body


@pytest.mark.parametrize("path", MODULES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_worker_imports_the_standard_library_and_what_it_measures_alone(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    foreign = set(imported_roots(tree)) - set(sys.stdlib_module_names) - MEASURED_PACKAGES
    assert foreign - packages_of(path) == set()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_worker_imports_of_ours_only_itself_and_the_protocol(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    own = "protocol" if "protocol" in path.parts else ("collect", "protocol")
    assert [name for name in relative_imports(path, tree) if not name.startswith(own)] == []


def test_the_zip_runs_from_inside_the_checkout_where_a_folder_named_profiler_stands(tmp_path):
    archive = worker.build_zip(tmp_path / "worker.zip")
    probe = "import kprof_worker.collect.main as m; print(m.__file__)"
    done = subprocess.run(
        [sys.executable, "-s", "-c", f"import sys; sys.path.insert(0, {str(archive)!r}); {probe}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(archive) in done.stdout


def test_the_zip_holds_no_module_of_the_analyzer(tmp_path):
    import zipfile

    names = zipfile.ZipFile(worker.build_zip(tmp_path / "worker.zip")).namelist()
    folders = {name.split("/")[1] for name in names if name.count("/") >= 2}
    assert folders == {"collect", "protocol"}
    assert {name.split("/")[0] for name in names} == {"__main__.py", "kprof_worker"}
