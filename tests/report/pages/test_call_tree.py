"""The tree in a window of any width: what is cut is what ran, never a number."""

import itertools
import re

import pytest

from profiler.attribution import tree, validated
from profiler.catalogue import catalogue, presence
from profiler.report.pages import call_tree
from profiler.runs import record
from tests import reference
from tests.report import drawing

NUMBERS = re.compile(r" *\d+\.\d %  +[\d.]+ +[\d.]+ +[\d.]+ {3,}\S")


@pytest.fixture(scope="module")
def page():
    run = record.read(reference.CURRENT)
    found = validated.load(run, None)
    resolutions = presence.of_variant(catalogue.load(), run, found.capture.environment, found.capture.variant)
    roots = tree.view(found, resolutions, 0.02, True)
    return call_tree.page(found, roots, 0.02)


def rows(lines):
    after = next(n for n, line in enumerate(lines) if line.lstrip().startswith("---")) + 1
    return lines[after : lines.index("", after)]


@pytest.mark.parametrize("width", [40, 60, 80, 120, 160, None])
def test_every_number_is_whole_in_a_window_of_any_width(page, width):
    """Below 160 columns each number was an ellipsis: all columns were narrowed alike."""
    shown = rows(drawing.terminal(page, width).splitlines())
    assert len(shown) > 20
    for line in shown:
        assert NUMBERS.match(line), line
        assert len(line) <= (width or len(line))


def test_the_json_and_the_flat_table_hold_every_node_that_is_shown(page):
    document = page.document()
    assert document["schema"] == "kprof.tree/1"
    shown = rows(drawing.terminal(page).splitlines())
    records = page.records()
    assert len(document["nodes"]) == len(list(records.rows)) == len(shown)
    nodes = document["nodes"]
    assert nodes[0]["depth"] == 0 and nodes[0]["share"] > 0.99
    predict = next(node for node in nodes if node["internal"] == "predict")
    assert predict["path"].endswith(".py") and predict["line"] > 0
    assert all(one["depth"] <= before["depth"] + 1 for before, one in itertools.pairwise(nodes))


def test_every_node_lies_within_the_time_of_its_parent(page):
    path = []
    for node in page.document()["nodes"]:
        del path[node["depth"] :]
        assert not path or node["ms"] <= path[-1]["ms"] + 1e-9
        assert node["self_ms"] <= node["ms"] + 1e-9
        path.append(node)


def test_pass_through_frames_are_counted_where_they_are_collapsed(page):
    collapsed = sum(node["collapsed"] for node in page.document()["nodes"])
    assert collapsed > 0
    counted = re.findall(r"\((\d+) collapsed\)", "\n".join(rows(drawing.terminal(page).splitlines())))
    assert sum(map(int, counted)) == collapsed
