"""What was measured in Bencher's metric format: benchmark -> measure -> value, our interval as bounds.

A benchmark is a variant, ``ENV:ID``. Its measures are ``latency`` and ``p95-latency`` in ns,
``graphs-traced-per-call``, ``resident-bytes-per-call`` and, where it was compared within a run or with a base
that was measured in turn, ``ratio``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator

from ...comparison.runs import RunComparison, VariantChange
from ...results.document import Interval, Report, VariantReport

NS_A_MS = 1e6

Metric = dict[str, float]
Known = tuple[str, float | None, Interval | None]


def of_report(report: Report) -> str:
    """Return a run's variants as text, this side's with a ratio to the base; what is unknown is left out."""
    found = {f"{one.environment}:{one.id}": list(_measured(one)) for one in report.variants}
    for one in report.across:
        found[one.candidate].append(("ratio", one.ratio, one.interval))
    return _text(found)


def of_comparison(comparison: RunComparison) -> str:
    """Return the second run's variants as text, each with its ratio."""
    report = comparison.after_report
    found = {} if report is None else {f"{one.environment}:{one.id}": one for one in report.variants}
    changes = {f"{one.after}:{one.after_id or one.id}": one for one in comparison.variants}
    return _text(
        {name: [*_measured(found[name]), _ratio(one)] for name, one in changes.items() if name in found}
    )


def _measured(variant: VariantReport) -> Iterator[Known]:
    latency, growth = variant.latency_ms, variant.growth
    if latency is not None:
        yield "latency", latency.median * NS_A_MS, _ns(latency.interval)
        p95 = None if latency.p95 is None else latency.p95 * NS_A_MS
        yield "p95-latency", p95, _ns(latency.p95_interval)
    yield "graphs-traced-per-call", variant.graphs_traced_per_call, None
    resident = None if growth is None else growth.resident_bytes_per_call
    if resident is not None:
        yield "resident-bytes-per-call", resident.value, resident.interval


def _ratio(change: VariantChange) -> Known:
    """Return the ratio of times; none where its interval leaves out the drift between both sides."""
    return "ratio", change.ratio if change.drift is None else None, change.interval


def _ns(interval: Interval | None) -> Interval | None:
    return None if interval is None else (interval[0] * NS_A_MS, interval[1] * NS_A_MS)


def _text(benchmarks: dict[str, list[Known]]) -> str:
    held = {
        name: {measure: metric for measure, value, ends in measures if (metric := _metric(value, ends))}
        for name, measures in benchmarks.items()
    }
    kept = {name: measures for name, measures in held.items() if measures}
    return json.dumps(kept, indent=1, allow_nan=False) + "\n"


def _metric(value: float | None, interval: Interval | None) -> Metric:
    """Return a value with its bounds; empty where it is not known."""
    if value is None or not math.isfinite(value):
        return {}
    low, high = interval or (math.inf, math.inf)
    if not (math.isfinite(low) and math.isfinite(high)):
        return {"value": float(value)}
    return {"value": float(value), "lower_value": low, "upper_value": high}
