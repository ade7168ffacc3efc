"""The merged call tree as a person wants it: small parts are left out, pass-through frames collapsed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Protocol

from ..catalogue import catalogue
from ..catalogue.presence import Resolution
from ..readers.code_places import CodePlaces, Frame
from .caller_profile import frames
from .stacks import Stacks

PYTHON_SIGN = "$"


@dataclass(frozen=True)
class Node:
    """One line of the tree.

    Attributes:
        frame: what ran.
        internal: the internal that it is a function of, or None.
        calls: entries, all measured calls together.
        inclusive_ps: time with it on the stack below its parent.
        self_ps: time of its own and of what is left out or collapsed into it.
        collapsed: pass-through frames between its parent and it.
        children: those with the most time first.
    """

    frame: Frame
    internal: str | None
    calls: int
    inclusive_ps: int
    self_ps: int
    collapsed: int = 0
    children: tuple[Node, ...] = field(default=(), repr=False)


class Located(Protocol):
    """Stacks, and the places of their code."""

    @property
    def stacks(self) -> Stacks:
        """The distinct stacks."""

    @property
    def places(self) -> CodePlaces:
        """What the names of their frames mean."""


def view(
    found: Located, resolutions: Mapping[str, Resolution], least_share: float, runtime: bool
) -> tuple[Node, ...]:
    """Return the roots of the tree to show.

    Args:
        found: the stacks and what their names mean.
        resolutions: the internals' functions in this release; they are never collapsed.
        least_share: of the call window; what has less is left out.
        runtime: whether to show the events of TensorFlow's runtime; if not, their time is their caller's.
    """
    stacks = found.stacks
    shown: dict[int, tuple[Node, ...]] = {}
    collapsing = _Collapsing(
        stacks, frames(stacks, found.places), _internal_of(resolutions), least_share, runtime
    )
    # a stack comes before those that go deeper, so that backwards its children are made first
    children = stacks.children()
    for row in range(len(stacks.table) - 1, -1, -1):
        inner = tuple(node for child in children[row] for node in shown.pop(child))
        shown[row] = collapsing.nodes(row, _by_time(inner))
    return _by_time(tuple(node for row in stacks.roots() for node in shown[row]))


class _Collapsing:
    """Decides for each row whether its frame is shown, collapsed or left out."""

    def __init__(
        self,
        stacks: Stacks,
        meant: list[Frame],
        internal_of: Mapping[str, str],
        least_share: float,
        runtime: bool,
    ) -> None:
        table = stacks.table
        names = table.coded("name")
        self._meant = meant
        self._names = names.decode()
        self._internal_of = internal_of
        self._parents = table.array("parent").tolist()
        self._calls = table.array("calls").tolist()
        self._inclusive_ps = table.array("inclusive_ps").tolist()
        self._least_ps = least_share * stacks.window_ps
        self._runtime = runtime

    def nodes(self, row: int, children: tuple[Node, ...]) -> tuple[Node, ...]:
        """Return what is shown of a row: itself, only its children, or nothing."""
        if self._inclusive_ps[row] < self._least_ps:
            return ()
        internal = self._internal_of.get(self._names[row])
        node = Node(
            self._meant[row],
            internal,
            self._calls[row],
            self._inclusive_ps[row],
            self._inclusive_ps[row] - sum(child.inclusive_ps for child in children),
            children=children,
        )
        if internal is not None or self._parents[row] < 0:
            return (node,)
        if not self._runtime and not self._names[row].startswith(PYTHON_SIGN):
            return children
        if _is_wrapper(node.frame) and children:
            return tuple(_below(child, 1) for child in children)
        only = children[0] if len(children) == 1 else None
        if only is not None and only.internal is None and node.self_ps < self._least_ps:
            return (_below(only, 1),) if only.collapsed or _passes_through(only, self._least_ps) else (node,)
        return (node,)


def _passes_through(node: Node, least_ps: float) -> bool:
    return len(node.children) == 1 and node.self_ps < least_ps


def _below(node: Node, more: int) -> Node:
    return Node(
        node.frame,
        node.internal,
        node.calls,
        node.inclusive_ps,
        node.self_ps,
        node.collapsed + more,
        node.children,
    )


def _by_time(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    return tuple(sorted(nodes, key=lambda node: -node.inclusive_ps))


def _internal_of(resolutions: Mapping[str, Resolution]) -> dict[str, str]:
    """Return event name -> internal; a function that plays several is shown as the first."""
    found: dict[str, str] = {}
    for internal, resolution in resolutions.items():
        for place in resolution.measured:
            found.setdefault(place.event_name, internal)
    return found


def _is_wrapper(frame: Frame) -> bool:
    return frame.is_python and f"{PurePosixPath(frame.path).name} {frame.name}" in catalogue.wrappers()
