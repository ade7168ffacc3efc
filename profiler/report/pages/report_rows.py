"""A report's numbers as one long table, a number a row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ...results.document import Interval, Report, VariantReport


class Row(NamedTuple):
    """One number of a report.

    Attributes:
        environment: slug of the environment.
        variant: id of the variant.
        quantity: ``median_ms``, ``p95_ms``, ``p99_ms``, ``first_call_ms``, ``ratio``, ``perturbation``,
            ``share``, ``calls_per_call``, ``phase_share``, ``compute_share``, ``graphs_traced_per_call``,
            ``iterators_per_call``, ``resident_bytes_per_call``, ``used_bytes_per_call``,
            ``threads_per_call``, ``graphs_per_call``, ``objects_per_call``, ``time_change``,
            ``collections_share``, ``later_collection_ms_per_call`` or ``between_us``.
        subject: the internal or phase; of a ratio the baseline, ``ENV:ID``; else empty.
        instrument: what measured it.
        value: the number; shares are fractions of 1; empty where it is not known.
        interval_low: lower end of its 95 % interval; empty where there is none.
        interval_high: the upper end.
        note: presence of an internal, verdict of a ratio and what to know beside it (outputs that are not the
            same, what only ``compile()`` sets), or why a number is not known.
    """

    environment: str
    variant: str
    quantity: str
    subject: str
    instrument: str
    value: float | None
    interval_low: float | None
    interval_high: float | None
    note: str


def rows(report: Report) -> Iterator[Row]:
    """Yield the numbers of a report, variant by variant."""
    for variant in report.variants:
        yield from _latencies(variant)
        yield from _ratios(report, variant)
        for name, found in variant.perturbation.items():
            yield _row(variant, "perturbation", "", name, found.ratio, found.interval)
        yield _row(variant, "graphs_traced_per_call", "", "wall", variant.graphs_traced_per_call)
        yield _row(variant, "iterators_per_call", "", "wall", variant.iterators_per_call)
        for internal in variant.internals:
            for name, measure in internal.measures.items():
                note = internal.presence if measure.reason in (None, internal.presence) else measure.reason
                yield _row(
                    variant, "share", internal.internal, name, measure.share, measure.interval, note or ""
                )
                calls = measure.calls_per_call
                yield _row(variant, "calls_per_call", internal.internal, name, calls, None, note or "")
        for name, phases in variant.phases.items():
            for phase, share in phases.items():
                yield _row(variant, "phase_share", phase, name, share)
        for name, share in variant.compute.items():
            yield _row(variant, "compute_share", "", name, share)
        yield from _growth(variant)
        yield from _beyond(variant)


def _growth(variant: VariantReport) -> Iterator[Row]:
    found = variant.growth
    if found is None:
        return
    for name, slope in (
        ("resident_bytes_per_call", found.resident_bytes_per_call),
        ("used_bytes_per_call", found.used_bytes_per_call),
        ("threads_per_call", found.threads_per_call),
        ("graphs_per_call", found.graphs_per_call),
        ("objects_per_call", found.objects_per_call),
        ("time_change", found.time_change),
    ):
        if slope is not None:
            yield _row(variant, name, "", "wall", slope.value, slope.interval, slope.verdict)


def _beyond(variant: VariantReport) -> Iterator[Row]:
    found = variant.beyond
    if found is None:
        return
    yield _row(variant, "collections_share", "", "wall", found.collections_share)
    if found.later is not None:
        yield _row(variant, "later_collection_ms_per_call", "", "wall", found.later.ms_per_call)
    yield _row(variant, "between_us", "", "wall", found.between_us)


def _latencies(variant: VariantReport) -> Iterator[Row]:
    latency = variant.latency_ms
    if latency is None:
        yield _row(variant, "median_ms", "", "wall", None, None, variant.reason or variant.status)
        return
    yield _row(variant, "median_ms", "", "wall", latency.median, latency.interval)
    yield _row(variant, "p95_ms", "", "wall", latency.p95, latency.p95_interval)
    yield _row(variant, "p99_ms", "", "wall", latency.p99, latency.p99_interval)
    yield _row(variant, "first_call_ms", "", "wall", latency.first_call)


def _ratios(report: Report, variant: VariantReport) -> Iterator[Row]:
    for one in report.comparisons:
        if one.candidate == f"{variant.environment}:{variant.id}":
            note = "; ".join([one.verdict or one.reason or "", *one.remarks]).removeprefix("; ")
            yield _row(variant, "ratio", one.baseline, "wall", one.ratio, one.interval, note)


def _row(
    variant: VariantReport,
    quantity: str,
    subject: str,
    instrument: str,
    value: float | None,
    interval: Interval | None = None,
    note: str = "",
) -> Row:
    low, high = interval or (None, None)
    return Row(variant.environment, variant.id, quantity, subject, instrument, value, low, high, note)
