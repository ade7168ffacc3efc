"""Says what is wrong with a trace."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from ...tables.trace import LARGEST_PS
from ..findings import Finding
from ..truncation import at_a_cap
from .build import PARTIAL_OVERLAP
from .session import ANOMALIES, Trace

ENTRIES = (
    "predict",
    "predict_on_batch",
    "predict_generator",
    "fit",
    "fit_generator",
    "evaluate",
    "train_on_batch",
    "test_on_batch",
)
"""The functions of Keras whose call is one piece of work, by name."""

THREADS = ("python", "executor")
"""The kinds of lines whose events are those of the program's threads."""

_PYTHON = "$"
_PYTHON_LINE = "python"
_PS_A_NS = 1000
_Ints = npt.NDArray[np.int64]


def findings(trace: Trace) -> tuple[Finding, ...]:
    """Return what is wrong with a trace, each fault once; empty where it can be trusted."""
    return tuple(found for look in _LOOKS for found in look(trace))


def damage(trace: Trace) -> str | None:
    """Return what is wrong with the times or names of a thread's events, so that no share may rest on them.

    Partial overlaps are no damage by themselves: what one frame opens and another closes overlaps.
    """
    kinds = trace.lines.coded("kind").decode()
    for anomaly in trace.anomalies:
        if anomaly.kind != PARTIAL_OVERLAP and kinds[anomaly.line] in THREADS:
            what = ANOMALIES[anomaly.kind]
            return f"{anomaly.count} {what} (line {anomaly.line}, {kinds[anomaly.line]})"
    return None


def cut_rows(trace: Trace) -> _Ints:
    """Return the events that are a call of `ENTRIES` which went on before the session, or after it.

    The Python tracer lets a frame that it did not see begin start with the session, and one that it did not
    see end end with it.
    """
    names = trace.events.coded("name")
    wanted = np.array([*(_function(value) in ENTRIES for value in names.values), False])
    rows: _Ints = np.flatnonzero(wanted[names.codes])
    line, start = trace.events.array("line")[rows], trace.events.array("start_ps")[rows]
    begin, end = _session_bounds(trace)
    cut = (start <= begin[line]) | (start + trace.events.array("duration_ps")[rows] >= end[line])
    return rows[cut]


def _session_bounds(trace: Trace) -> tuple[_Ints, _Ints]:
    """Return for each line when its host's first Python event starts and the last ends, from the line's 0."""
    count = len(trace.lines)
    begin, end = np.full(count, -LARGEST_PS), np.full(count, LARGEST_PS)
    hosts, kinds = trace.lines.coded("host").decode(), trace.lines.coded("kind").decode()
    timestamps = trace.lines.array("timestamp_ns").tolist()
    line, start = trace.events.array("line"), trace.events.array("start_ps")
    stop = start + trace.events.array("duration_ps")
    edges = np.searchsorted(line, np.arange(count + 1)).tolist()
    rows_of: dict[str, list[int]] = {}
    for row in range(count):
        if kinds[row] == _PYTHON_LINE and edges[row] < edges[row + 1]:
            rows_of.setdefault(hosts[row], []).append(row)
    for rows in rows_of.values():
        # whole numbers of Python: a timestamp in picoseconds has more than 64 bits
        zeros = {row: timestamps[row] * _PS_A_NS for row in rows}
        first = min(zeros[row] + int(start[edges[row]]) for row in rows)
        last = max(zeros[row] + int(stop[edges[row] : edges[row + 1]].max()) for row in rows)
        for row in rows:
            begin[row] = max(first - zeros[row], -LARGEST_PS)
            end[row] = min(last - zeros[row], LARGEST_PS)
    return begin, end


def _function(event: str) -> str:
    """Return the function that a Python event names, as in ``$trainer.py:521 predict``; else nothing."""
    return event.rpartition(" ")[2] if event.startswith(_PYTHON) else ""


def _no_python_tracer(trace: Trace) -> Iterator[Finding]:
    if not any(name.startswith(_PYTHON) for name in trace.events.coded("name").values):
        yield Finding(
            "no_python_tracer",
            "holds no Python frames: the profiler's Python tracer was off",
            "measure with `kprof run`, which switches it on, or, up to TensorFlow 2.19, take the trace with "
            "ProfilerOptions(python_tracer_level=1)",
        )


def _cut_calls(trace: Trace) -> Iterator[Finding]:
    rows = cut_rows(trace)
    if len(rows):
        names = sorted(set(trace.events.coded("name").take(rows).decode()))
        calls, lie = ("call", "lies") if len(rows) == 1 else ("calls", "lie")
        text = (
            f"{len(rows)} {calls} of {', '.join(name.lstrip(_PYTHON) for name in names)} {lie} partly outside"
        )
        yield Finding("cut_calls", f"{text} the session", "start and stop the profiler around whole calls")


def _several_hosts(trace: Trace) -> Iterator[Finding]:
    if len(trace.hosts) > 1:
        shown = ", ".join(trace.hosts[:4]) + (", ..." if len(trace.hosts) > 4 else "")
        yield Finding("several_hosts", f"holds {len(trace.hosts)} hosts, which are kept apart: {shown}")


def _odd_events(trace: Trace) -> Iterator[Finding]:
    counts: Counter[str] = Counter()
    for anomaly in trace.anomalies:
        counts[anomaly.kind] += anomaly.count
    # what one frame opens and another closes overlaps in every trace
    del counts[PARTIAL_OVERLAP]
    for kind, count in sorted(counts.items()):
        yield Finding(f"{kind}_events", f"{count} {ANOMALIES[kind]}")
    spoilt = damage(trace)
    if spoilt is not None:
        yield Finding("damaged", f"the trace is damaged: {spoilt}", spoils_shares=True)


def _said(trace: Trace) -> Iterator[Finding]:
    if trace.said:
        more = f" (and {len(trace.said) - 1} more)" if len(trace.said) > 1 else ""
        yield Finding("profiler_said", f"the profiler said: {' '.join(trace.said[0].split())}{more}")


def _cut_short(trace: Trace) -> Iterator[Finding]:
    yield from at_a_cap(trace.lines, trace.events)


_LOOKS: tuple[Callable[[Trace], Iterator[Finding]], ...] = (
    _no_python_tracer,
    _cut_short,
    _cut_calls,
    _several_hosts,
    _said,
    _odd_events,
)
