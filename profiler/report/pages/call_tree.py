"""The page of one variant's calls as a tree, each frame with its share and times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from ...attribution.stacks import Stacks
from ...attribution.tree import Node
from ...attribution.validated import Subject
from ...protocol import schemas
from ...protocol.vocabulary import counted
from .. import numbers
from ..blocks import Block, Branch, Lines, Records, Title, Tree, Value

PS_A_MS = 1e9
NUMBERS = ("share", "ms", "self", "calls")
FIELDS = ("depth", "internal", "name", "path", "line", "share", "ms", "self_ms", "calls", "collapsed")
LEGEND = (
    "An only child is not indented below its parent. share: of the call window; ms, self, calls: per"
    " call; self: its own time and that of what is not shown; [internal]: of kprof's catalogue;"
    " (N collapsed): pass-through frames between its parent and it; ?: several loaded files have this name."
    " Times are those under the profiler, which slows Python frames."
)


class Shown(Protocol):
    """Stacks, and what they are of."""

    @property
    def stacks(self) -> Stacks:
        """The distinct stacks."""

    @property
    def subject(self) -> Subject:
        """What they are of."""


@dataclass(frozen=True)
class CallTreePage:
    """A tree: what it was made from, the roots that are shown, and the share below which nothing is."""

    found: Shown
    roots: tuple[Node, ...]
    least_share: float

    title = ""

    def blocks(self) -> Iterator[Block]:
        """Yield what is shown, the tree and a legend."""
        stacks = self.found.stacks
        per_call = numbers.milliseconds(stacks.window_ps / stacks.calls / PS_A_MS)
        least = numbers.share(self.least_share)
        yield Title(self.found.subject.title)
        yield Lines(
            (f"{counted(stacks.calls, 'call')}, {per_call} ms each; less than {least} is not shown",), "facts"
        )
        yield Tree(NUMBERS, "what ran", tuple(_branch(*one) for one in self._measured()))
        yield Lines((LEGEND,), "legend")

    def document(self) -> dict[str, Any]:
        """Return the tree as a JSON object: its nodes in depth-first order, each with its depth."""
        subject, stacks = self.found.subject, self.found.stacks
        return {
            "schema": schemas.TREE,
            "environment": subject.environment,
            "variant": subject.variant,
            "instrument": subject.instrument,
            "calls": stacks.calls,
            "window_ms": stacks.window_ps / stacks.calls / PS_A_MS,
            "least_share": self.least_share,
            "nodes": [dict(zip(FIELDS, row, strict=True)) for row in self._rows()],
        }

    def records(self) -> Records:
        """Return a row for each node; times in ms and entries are per call."""
        return Records(FIELDS, self._rows())

    def _rows(self) -> Iterator[tuple[Value, ...]]:
        for node, depth, measured in self._measured():
            frame = node.frame
            path, line = (frame.path, frame.line) if frame.is_python else (None, None)
            yield (depth, node.internal, frame.name, path, line, *measured, node.collapsed)

    def _measured(self) -> Iterator[tuple[Node, int, tuple[float, float, float, float]]]:
        """Yield each node with its depth, and with its share, time, time of its own and entries per call."""
        stacks = self.found.stacks
        for node, depth in _walk(self.roots):
            yield (
                node,
                depth,
                (
                    node.inclusive_ps / stacks.window_ps,
                    node.inclusive_ps / stacks.calls / PS_A_MS,
                    node.self_ps / stacks.calls / PS_A_MS,
                    node.calls / stacks.calls,
                ),
            )


def page(found: Shown, roots: tuple[Node, ...], least_share: float) -> CallTreePage:
    """Return the page of a tree.

    Args:
        found: what the tree was made from.
        roots: what is shown.
        least_share: what had less was left out.
    """
    return CallTreePage(found, roots, least_share)


def _walk(roots: tuple[Node, ...]) -> Iterator[tuple[Node, int]]:
    """Yield each node before its children, with its depth; a tree can be deeper than Python recurses."""
    pending = [(root, 0) for root in reversed(roots)]
    while pending:
        node, depth = pending.pop()
        yield node, depth
        pending.extend((child, depth + 1) for child in reversed(node.children))


def _branch(node: Node, depth: int, measured: tuple[float, float, float, float]) -> Branch:
    share, total_ms, self_ms, calls = measured
    frame = node.frame
    mark = f"{'?' if frame.candidates else ''}:{frame.line}"
    return Branch(
        depth,
        (
            numbers.share(share),
            numbers.milliseconds(total_ms),
            numbers.milliseconds(self_ms),
            numbers.count(calls),
        ),
        frame.name,
        remark=f"({node.collapsed} collapsed)" if node.collapsed else "",
        tag=f"[{node.internal}]" if node.internal else "",
        place=f"{frame.path}{mark}" if frame.is_python else "",
        short_place=f"{frame.path.rpartition('/')[2]}{mark}" if frame.is_python else "",
    )
