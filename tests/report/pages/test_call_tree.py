"""The tree in a window of any width: what is cut is what ran, never a number."""

import re

import pytest

from profiler.attribution import tree, validated
from profiler.catalogue import catalogue, presence
from profiler.report.pages import call_tree
from profiler.runs import record
from tests import reference

NUMBERS = re.compile(r" *\d+\.\d %  +[\d.]+ +[\d.]+ +[\d.]+ {3,}\S")


@pytest.fixture(scope="module")
def drawn():
    run = record.read(reference.CURRENT)
    found = validated.load(run, None)
    resolutions = presence.of_variant(catalogue.load(), run, found.capture.environment, found.capture.variant)
    roots = tree.view(found, resolutions, 0.02, True)
    return lambda width: call_tree.render(found, roots, 0.02, width, color=False).splitlines()


def rows(lines):
    after = next(n for n, line in enumerate(lines) if line.lstrip().startswith("---")) + 1
    return lines[after : lines.index("", after)]


@pytest.mark.parametrize("width", [40, 60, 80, 120, 160, None])
def test_every_number_is_whole_in_a_window_of_any_width(drawn, width):
    """Below 160 columns each number was an ellipsis: all columns were narrowed alike."""
    shown = rows(drawn(width))
    assert len(shown) > 20
    for line in shown:
        assert NUMBERS.match(line), line
        assert len(line) <= (width or len(line))
