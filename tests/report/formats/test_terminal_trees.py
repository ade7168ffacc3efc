"""A tree on a terminal: guides, and what is cut in a narrow one."""

from profiler.report.blocks import Branch, Tree
from profiler.report.formats.terminal_trees import guided
from tests.report import drawing


def nodes(*depths):
    return tuple(Branch(depth, ("1",), f"n{number}") for number, depth in enumerate(depths))


def guides(*depths):
    return [guide for _, guide in guided(nodes(*depths))]


class Shown:
    """A page of one tree."""

    def __init__(self, tree):
        self._tree = tree

    def blocks(self):
        yield self._tree


def test_an_only_child_stands_below_its_parent():
    assert guides(0, 1, 2) == ["", "", ""]


def test_siblings_hang_from_guides_that_end_with_the_last():
    assert guides(0, 1, 2, 1, 2, 3, 3) == ["", "|- ", "|  ", "`- ", "   ", "   |- ", "   `- "]


def test_several_roots_have_no_guides():
    assert guides(0, 0, 1) == ["", "", ""]


def test_a_tree_deeper_than_python_recurses_is_drawn():
    assert len(guides(*range(5000))) == 5000


def test_only_what_ran_is_cut_and_the_short_place_is_shown():
    node = Branch(
        0, ("100.0 %", "62.4"), "f" * 30, "(3 collapsed)", "[execute]", "long/path.py:1", "path.py:1"
    )
    page = Shown(Tree(("share", "ms"), "what ran", (node,)))
    wide = drawing.terminal(page).splitlines()[-1]
    assert wide.endswith(f"(3 collapsed) {'f' * 30} [execute]  long/path.py:1")
    narrow = drawing.terminal(page, 80).splitlines()[-1]
    assert narrow.startswith("100.0 %") and narrow.endswith("…") and len(narrow) <= 80
    assert "path.py:1" in drawing.terminal(page, 100) and "long/" not in drawing.terminal(page, 100)


def test_an_empty_tree_has_its_headers():
    assert "what ran" in drawing.terminal(Shown(Tree(("share",), "what ran", ())))
