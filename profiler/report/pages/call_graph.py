"""The page of a profile of callers as a call graph, the heaviest callees below each caller."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ...attribution.foreign.graph_tree import GraphNode, GraphTree
from ...protocol import schemas
from ...readers.code_places import NO_FILE
from .. import numbers
from ..blocks import Block, Branch, Lines, Records, Title, Tree, Value

FIELDS = ("depth", "internal", "name", "path", "line", "share", "seconds", "samples", "calls", "cut")
LEGEND = (
    "This is a call graph, not a tree of stacks: a profile keeps who called a function, one level up, and the"
    " numbers of a line are those of the function when the one above called it, whoever called that one. They"
    " need not add up. A function's callees are shown once. share: of the whole program; [internal]: of"
    " kprof's catalogue."
)


@dataclass(frozen=True)
class CallGraphPage:
    """A call graph: the file's name, its lines, and the share below which nothing is shown."""

    name: str
    tree: GraphTree
    least_share: float

    title = ""

    def blocks(self) -> Iterator[Block]:
        """Yield what is shown, the graph and a legend."""
        tree = self.tree
        whole = (
            f"{tree.total:.0f} samples" if tree.sampled else f"{numbers.duration(tree.total * 1e3)} in all"
        )
        yield Title(f"call graph of {self.name}")
        yield Lines((f"{whole}; less than {numbers.share(self.least_share)} is not shown",), "facts")
        headers = ("share", "samples") if tree.sampled else ("share", "ms", "calls")
        yield Tree(headers, "what called what", tuple(map(self._branch, tree.nodes)))
        yield Lines((LEGEND,), "legend")

    def document(self) -> dict[str, Any]:
        """Return the graph as a JSON object: its lines in order, each with its depth."""
        return {
            "schema": schemas.GRAPH,
            "file": self.name,
            "least_share": self.least_share,
            "sampled": self.tree.sampled,
            "total": self.tree.total,
            "nodes": [dict(zip(FIELDS, row, strict=True)) for row in self._rows()],
        }

    def records(self) -> Records:
        """Return a row for each line."""
        return Records(FIELDS, self._rows())

    def _rows(self) -> Iterator[tuple[Value, ...]]:
        sampled = self.tree.sampled
        for one in self.tree.nodes:
            measured = (None, one.weight, None) if sampled else (one.weight, None, one.calls)
            yield (
                *(one.depth, one.internal, one.name, one.path, one.line, one.share),
                *measured,
                one.cut or None,
            )

    def _branch(self, node: GraphNode) -> Branch:
        measured = (
            (f"{node.weight:.0f}",)
            if self.tree.sampled
            else (numbers.milliseconds(node.weight * 1e3), numbers.count(node.calls))
        )
        file = node.path.rpartition("/")[2]
        is_python = node.path != NO_FILE
        return Branch(
            node.depth,
            (numbers.share(node.share), *measured),
            node.name,
            remark=f"({node.cut})" if node.cut else "",
            tag=f"[{node.internal}]" if node.internal else "",
            place=f"{node.path}:{node.line}" if is_python else "",
            short_place=f"{file}:{node.line}" if is_python else "",
        )


def page(name: str, tree: GraphTree, least_share: float) -> CallGraphPage:
    """Return the page of a call graph.

    Args:
        name: what the user called the file.
        tree: what is shown.
        least_share: what had less was left out.
    """
    return CallGraphPage(name, tree, least_share)
