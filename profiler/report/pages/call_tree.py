"""The call tree on a terminal: a line for each frame, its share and times before its place in the tree."""

from __future__ import annotations

from collections.abc import Iterator

from rich.table import Table
from rich.text import Text

from ...attribution.tree import Node
from ...attribution.validated import SoundStacks
from .. import numbers
from ..formats import text_console
from .tables import RULED

PS_A_MS = 1e9
NUMBERS = ("share", "ms", "self", "calls")
# Blanks of two neighbours, and the rule between them.
GAP = 3
# Below it, a file goes by its name alone.
WIDE = 120
LEGEND = (
    "An only child stands below its parent, not further in. share: of the call window; ms, self, calls: a"
    " call; self: its own time and that of what is not shown; [internal]: of kprof's catalogue; (N folded):"
    " frames between that only pass on; ?: several loaded files have this name. Times are those under the"
    " profiler, which slows Python frames."
)


def render(
    found: SoundStacks, roots: tuple[Node, ...], least_share: float, width: int | None, color: bool
) -> str:
    """Return the tree as text.

    Args:
        found: what the tree was made from.
        roots: what is shown.
        least_share: what had less was left out.
        width: columns of the terminal; None where there is no terminal, and then nothing is cut.
        color: whether to emit ANSI colours.
    """
    stacks, capture = found.stacks, found.capture
    console = text_console.make(width, color)
    with console.capture() as captured:
        title = f"{capture.variant.id} on {capture.environment} under {capture.instrument}"
        console.print(Text(numbers.plain(title), style="bold"))
        per_call = numbers.milliseconds(stacks.window_ps / stacks.calls / PS_A_MS)
        sizes = (
            f"{stacks.calls} calls, {per_call} ms each; less than {numbers.share(least_share)} is not shown"
        )
        console.print(Text(sizes, style="dim"))
        console.print()
        console.print(_table(found, roots, console.width))
        console.print()
        console.print(Text(LEGEND, style="dim"))
    return text_console.without_trailing_blanks(captured.get())


def _table(found: SoundStacks, roots: tuple[Node, ...], width: int) -> Table:
    """Return the table; where it is wider than ``width``, only what ran is cut."""
    stacks = found.stacks
    rows = [
        (
            numbers.share(node.inclusive_ps / stacks.window_ps),
            numbers.milliseconds(node.inclusive_ps / stacks.calls / PS_A_MS),
            numbers.milliseconds(node.self_ps / stacks.calls / PS_A_MS),
            numbers.count(node.calls / stacks.calls),
            _label(node, guides, whole_paths=width >= WIDE),
        )
        for node, guides in _lines(roots)
    ]
    table = Table(box=RULED, show_edge=False, pad_edge=False, padding=(0, 1), header_style="bold")
    left = width
    for place, header in enumerate(NUMBERS):
        column = max(len(header), *(len(str(row[place])) for row in rows), 0)
        left -= column + GAP
        table.add_column(header, justify="right", no_wrap=True, width=column)
    table.add_column("what ran", no_wrap=True, overflow="ellipsis", max_width=max(left, 1))
    for row in rows:
        table.add_row(*row)
    return table


def _lines(roots: tuple[Node, ...]) -> Iterator[tuple[Node, str]]:
    """Yield each node with the guides before it; an only child stands below its parent, not further in."""
    pending = [(root, "", "") for root in reversed(roots)]
    while pending:
        node, guides, indent = pending.pop()
        yield node, guides
        *others, last = node.children or (None,)
        if last is None:
            continue
        pending.append((last, indent + "`- ", indent + "   ") if others else (last, indent, indent))
        pending.extend((child, indent + "|- ", indent + "|  ") for child in reversed(others))


def _label(node: Node, guides: str, *, whole_paths: bool) -> Text:
    frame = node.frame
    label = Text(guides, style="dim")
    if node.collapsed:
        label.append(f"({node.collapsed} folded) ", style="dim")
    label.append(numbers.plain(frame.name), style="bold" if node.internal else "")
    if node.internal:
        label.append(f" [{node.internal}]", style="cyan")
    if frame.is_python:
        mark = "?" if frame.candidates else ""
        path = frame.path if whole_paths else frame.path.rpartition("/")[2]
        label.append(numbers.plain(f"  {path}{mark}:{frame.line}"), style="dim")
    return label
