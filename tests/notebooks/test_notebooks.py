"""Every notebook runs as it is stored, and is stored without what running it shows."""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

pytestmark = pytest.mark.notebook

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
LONGEST_CELL_LINE = 130


class ThisInterpreter(AsyncKernelManager):
    """Starts the kernel in the interpreter of the tests, whatever kernels a user has installed."""

    @property
    def kernel_spec(self):
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=argv, display_name="tests", language="python")


def run(path: Path, folder: Path) -> nbformat.NotebookNode:
    notebook = nbformat.read(path, as_version=4)
    resources = {"metadata": {"path": str(folder)}}
    client = NotebookClient(notebook, timeout=120, kernel_manager_class=ThisInterpreter, resources=resources)
    return client.execute()


def outputs(notebook: nbformat.NotebookNode) -> list[str]:
    """Return the mime types and texts of all outputs."""
    data = [one.data for cell in notebook.cells for one in cell.get("outputs", ()) if "data" in one]
    return [kind for one in data for kind in one] + [str(one.get("text/plain", "")) for one in data]


def test_there_are_notebooks():
    assert [path.name for path in NOTEBOOKS] == ["01-where-does-predict-go.ipynb"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_is_stored_without_outputs(path):
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert code
    assert all(not cell.outputs and cell.execution_count is None for cell in code)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_holds_no_logic(path):
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        assert not any(line.lstrip().startswith(("def ", "class ")) for line in cell.source.splitlines())
        assert max(map(len, cell.source.splitlines())) <= LONGEST_CELL_LINE


@pytest.mark.parametrize("folder", [FOLDER, FOLDER.parent], ids=["notebooks", "project"])
def test_the_first_one_shows_tables_and_a_plot_from_either_folder(folder):
    shown = outputs(run(NOTEBOOKS[0], folder))
    assert "image/png" in shown
    assert shown.count("text/html") >= 3
    assert any("create_graph_function" in text for text in shown)
    assert any("tf2.0.0-py3.7" in text and "process_inputs" in text for text in shown)
