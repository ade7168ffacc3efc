"""The page of a call graph says that it is one."""

import pytest

from profiler.attribution.foreign import graph_tree
from profiler.catalogue import catalogue
from profiler.readers.pstats import Samples
from profiler.report import formats
from profiler.report.pages import call_graph
from tests import foreign_files as files
from tests.report import drawing


def page(made):
    return call_graph.page("app.prof", graph_tree.view(made, catalogue.load(), 0.01), 0.01)


def test_it_says_that_it_is_a_call_graph():
    text = drawing.terminal(page(files.beside()))
    assert text.startswith("call graph of app.prof")
    assert "not a tree of stacks" in text and f"({graph_tree.SHOWN_ABOVE})" in text


@pytest.mark.parametrize("width", [40, 80, None])
def test_it_fits_a_window_of_any_width(width):
    lines = drawing.terminal(page(files.beside()), width).splitlines()
    assert all(len(line) <= (width or len(line)) for line in lines)


@pytest.mark.parametrize("name", formats.FORMATS)
def test_every_format_draws_it(name):
    assert "predict" in formats.draw(name, page(files.beside()))


def test_the_document_holds_every_line():
    document = page(files.beside()).document()
    assert document["schema"] == "kprof.graph/1"
    first = document["nodes"][0]
    assert (first["name"], first["seconds"], first["samples"], first["calls"]) == ("main", 10.0, None, 1)


def test_a_sampled_graph_has_samples_and_no_calls():
    made = files.profile({files.MAIN: (200, 0.0, 0.2)}, {}, Samples(200, 0.001))
    (node,) = page(made).document()["nodes"]
    assert (node["samples"], node["seconds"], node["calls"]) == (200, None, None)
    assert "200 samples" in drawing.terminal(page(made))
