"""Turns a tape's events into spans."""

from __future__ import annotations

from typing import Any, NamedTuple, Union


class Spans(NamedTuple):
    """Spans in the order of their starts, as NumPy arrays of one length, and what did not become one.

    Attributes:
        thread: the number of the thread, 0 for the one that makes the calls.
        function: the number of the function.
        start_ns, end_ns: on the clock of the calls.
        parent: the row of the span of the same thread that it lies directly within, -1 for none.
        open: functions that had not returned when recording ended, with how often.
        backward: how many spans are left out because their thread's clock stepped back within them.
        stray: how many leaves had no enter: their frames had begun before recording did.
    """

    thread: Any
    function: Any
    start_ns: Any
    end_ns: Any
    parent: Any
    open: dict[int, int]
    stray: int
    backward: int


def spans(events: Any, main_thread: int) -> Spans:
    """Pair the enters and leaves of each thread.

    Args:
        events: int64 of shape (events, 3), in the order in which they were recorded: mark (2 n for the enter
            of function n, 2 n + 1 for its leave), ns, thread.
        main_thread: the id of the thread that makes the calls.

    Six events of one thread, functions 0 and 1, make three spans::

        mark   0   2   3   2   3   1      0 enters, 1 enters and leaves twice, 0 leaves
        ns    10  11  14  15  19  20
        span   0: 10..20 parent -1     1: 11..14 parent 0     1: 15..19 parent 0

    A leave closes the innermost open span of its function. Spans within it that have no leave of their own
    are dropped and counted as open. A span in which the clock stepped back has no duration and is left out.
    """
    import numpy

    threads = {main_thread: 0}
    stacks: dict[int, list[int]] = {}
    rows: list[tuple[int, int, int, int]] = []
    ends: list[Union[int, None]] = []
    latest: dict[int, int] = {}
    stepped: set[int] = set()
    left_open: dict[int, int] = {}
    stray = 0
    for mark, ns, ident in events.tolist():
        function, leaves = divmod(mark, 2)
        stack = stacks.setdefault(ident, [])
        if ns < latest.get(ident, ns):
            stepped.update(stack)
        latest[ident] = ns
        if not leaves:
            rows.append((threads.setdefault(ident, len(threads)), function, ns, stack[-1] if stack else -1))
            ends.append(None)
            stack.append(len(rows) - 1)
            continue
        at = next((at for at in reversed(range(len(stack))) if rows[stack[at]][1] == function), None)
        if at is None:
            stray += 1
            continue
        ends[stack[at]] = ns
        del stack[at:]
    for row, end in enumerate(ends):
        if end is None:
            left_open[rows[row][1]] = left_open.get(rows[row][1], 0) + 1
    kept = [row for row, end in enumerate(ends) if end is not None and row not in stepped]
    table = numpy.array([rows[row] for row in kept], dtype=numpy.int64).reshape(-1, 4)
    return Spans(
        thread=table[:, 0],
        function=table[:, 1],
        start_ns=table[:, 2],
        end_ns=numpy.array([ends[row] for row in kept], dtype=numpy.int64),
        parent=_parents(rows, kept),
        open=left_open,
        stray=stray,
        backward=sum(ends[row] is not None for row in stepped),
    )


def _parents(rows: list[tuple[int, int, int, int]], kept: list[int]) -> Any:
    """Return the row, among those kept, of the nearest kept span around each."""
    import numpy

    number = {row: at for at, row in enumerate(kept)}
    parents = []
    for row in kept:
        above = rows[row][3]
        while above >= 0 and above not in number:
            above = rows[above][3]
        parents.append(number.get(above, -1))
    return numpy.array(parents, dtype=numpy.int64)
