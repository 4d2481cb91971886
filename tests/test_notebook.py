"""The notebook runs from top to bottom, shows what it promises, and is committed without outputs."""

import json
import os
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


def test_there_is_a_notebook():
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_committed_without_outputs(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert code
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    assert all(len("".join(cell["source"]).splitlines()) <= 20 for cell in code)  # short enough to read


@pytest.fixture(scope="module")
def run():
    """The executed cells: all their shown texts by kind of data."""
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(FOLDER / "01_articles_to_map.ipynb", as_version=4)
    before = os.environ.get("PYTHONWARNINGS")
    client = NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(FOLDER)}})
    client.execute()  # raises CellExecutionError with the cell's traceback
    assert os.environ.get("PYTHONWARNINGS") == before
    shown = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            for kind, data in output.get("data", {output.output_type: output.get("text", "")}).items():
                shown.setdefault(kind, []).append(data)
    return shown


def test_it_shows_the_map_the_still_and_the_words(run):
    assert any("<iframe" in text and "sandbox=" in text for text in run["text/html"])
    assert len(run["image/png"]) >= 1
    words = "\n".join(run["stream"] + run["text/plain"])
    assert "near Atmeh" in words
    assert "13 reported killed (12–13)" in words  # both reports of the raid, merged
    assert "control as reported for 3 Feb 2022" in words


def test_it_says_what_is_not_known(run):
    assert any("area_only" in text for text in run["text/plain"])
