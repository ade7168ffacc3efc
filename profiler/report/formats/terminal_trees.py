"""A tree on a terminal: each node's numbers, then its name, indented with guides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from rich.box import Box
from rich.table import Table as RichTable
from rich.text import Text

from ..blocks import Branch, Tree
from ..numbers import plain

# Blanks of two neighbours, and the rule between them.
GAP = 3
# Below it, the short form of a place is shown.
WIDE = 120
NO_PARENT = -1


def tree_table(tree: Tree, width: int, box: Box) -> RichTable:
    """Return the tree as a table; where it is wider than ``width``, only the names are cut."""
    table = RichTable(box=box, show_edge=False, pad_edge=False, padding=(0, 1), header_style="bold")
    left = width
    for place, header in enumerate(tree.headers):
        column = max(len(header), *(len(node.numbers[place]) for node in tree.nodes), 0)
        left -= column + GAP
        table.add_column(header, justify="right", no_wrap=True, width=column)
    table.add_column(tree.name, no_wrap=True, overflow="ellipsis", max_width=max(left, 1))
    for node, guides in guided(tree.nodes):
        table.add_row(*node.numbers, _label(node, guides, node.place if width >= WIDE else node.short_place))
    return table


def guided(nodes: Sequence[Branch]) -> Iterator[tuple[Branch, str]]:
    """Yield each node with the guides before it; an only child is not indented below its parent."""
    parents = list(_parents(nodes))
    counts = Counter(parents)
    left = counts.copy()
    # The indent of each node's children.
    inside = {NO_PARENT: ""}
    for number, (node, parent) in enumerate(zip(nodes, parents, strict=True)):
        left[parent] -= 1
        indent = inside[parent]
        if parent == NO_PARENT or counts[parent] == 1:
            yield node, indent
            inside[number] = indent
        else:
            last = left[parent] == 0
            yield node, indent + ("`- " if last else "|- ")
            inside[number] = indent + ("   " if last else "|  ")


def _parents(nodes: Sequence[Branch]) -> Iterator[int]:
    """Yield the number of each node's parent, which comes before it."""
    path: list[int] = []
    for number, node in enumerate(nodes):
        del path[node.depth :]
        yield path[-1] if path else NO_PARENT
        path.append(number)


def _label(node: Branch, guides: str, place: str) -> Text:
    label = Text(guides, style="dim")
    if node.remark:
        label.append(plain(f"{node.remark} "), style="dim")
    label.append(plain(node.name), style="bold" if node.tag else "")
    if node.tag:
        label.append(plain(f" {node.tag}"), style="cyan")
    if place:
        label.append(plain(f"  {place}"), style="dim")
    return label
