"""Decides whether an instrument's record of the calls can be believed: one rule for both sides.

The measured calls are made from one harness function at one line. After a capture, the edge from that
frame to the entry point's outermost wrapper must have exactly as many calls as were made, and must
cover the window that was timed independently of the instrument.
"""

from __future__ import annotations

# An edge leaves out the reading of the clock around each call and the instrument's own work there: at most
# 4 us a call under cProfile and 20 us in a trace's marks, for Python functions of 0.05 to 1 ms
# (`benchmarks/measure_edge_gap.py`). It also leaves out what is destroyed after the frame.
RELATIVE_MARGIN = 0.05
MARGIN_NS_PER_CALL = 3_000


def check_edge(
    calls: int, window_ns: int, edge_calls: int, edge_ns: int, record: str = "profile"
) -> str | None:
    """Return why the edge cannot be the measured calls, or None when it can.

    Args:
        calls: calls that were made.
        window_ns: their durations summed, timed by the harness itself.
        edge_calls: calls on the edge from the harness to the entry point's outermost wrapper.
        edge_ns: the edge's cumulative time.
        record: what holds the edge, in words.

    They agree when they differ by at most 5 % and 3 us a call: the margin is relative, since a fixed one that
    is nothing to a slow call would hide what is missing from a fast one.
    """
    if edge_calls != calls:
        return f"the {record} holds {edge_calls} of {calls} measured calls"
    margin = RELATIVE_MARGIN * window_ns + MARGIN_NS_PER_CALL * calls
    if abs(edge_ns - window_ns) > margin:
        seen_ms, timed_ms = edge_ns / 1e6, window_ns / 1e6
        return f"the {record} puts {seen_ms:.3f} ms into the measured calls, the clock {timed_ms:.3f} ms"
    return None
