"""The main finding of each workload in a sentence or two, from the report's own numbers."""

from __future__ import annotations

import math

from ...protocol.vocabulary import counted
from ...results import outputs as results
from ...results.document import Internal, Report, VariantReport
from .. import numbers
from . import outputs
from .sections import PREDICT, Section, instruments, sections
from .wording import DOING, MOST_NAMED, NOTABLE_SHARE


def headline(report: Report) -> tuple[str, ...]:
    """Return one paragraph a workload; one that was not timed has none."""
    found = sections(report)
    several = len({section.environment for section in found}) > 1
    paragraphs = []
    for section in found:
        subject = section.subject()
        if subject is not None:
            name = f"{section.workload} on {section.environment}" if several else section.workload
            ranked = [] if outputs.vary(subject) else _states(section, subject)
            sentences = [_cost(section, subject), *_given(section, subject), *_spent(subject), *ranked]
            paragraphs.append(f"{name}: {' '.join(sentences)}")
    return tuple(paragraphs)


def _cost(section: Section, subject: VariantReport) -> str:
    """Say what a predict takes, and another way to the same rows if it is known to differ."""
    own = (
        f"one {subject.compile_state} predict of {counted(subject.rows, 'row')} takes "
        f"{numbers.duration(_median_ms(subject))}"
    )
    others = {
        one.entry_point: one
        for one in section.variants
        if one.latency_ms is not None
        and one.entry_point != PREDICT
        and (one.compile_state, one.batch_size, one.rows)
        == (subject.compile_state, subject.batch_size, subject.rows)
        and _verdict(section, one) in (None, "differs")
        and not outputs.is_unlike(section.compared(one))
    }
    if not others or outputs.vary(subject):
        return f"{own}."
    other = others.get("predict_on_batch") or min(others.values(), key=_median_ms)
    factor = numbers.ratio(_times(section, subject, other))
    return f"{own}, {factor} times what {other.entry_point} takes ({numbers.duration(_median_ms(other))})."


def _given(section: Section, subject: VariantReport) -> list[str]:
    """Say where outputs that differ make times incomparable."""
    if outputs.vary(subject):
        return [f"Its {results.VARYING}, so no way to call it is ranked."]
    unlike = [
        one.entry_point
        for one in section.variants
        if (compared := section.compared(one)) is not None
        and section.variant(compared.baseline) is subject
        and outputs.is_unlike(compared)
    ]
    return [f"{', '.join(unlike)}: not the same outputs as predict, so not ranked."] if unlike else []


def _times(section: Section, subject: VariantReport, other: VariantReport) -> float:
    """Return how many times ``other`` fits into a predict: by their comparison where the table shows it."""
    compared = section.compared(other)
    if compared is not None and compared.ratio and section.variant(compared.baseline) is subject:
        return 1 / compared.ratio
    return _median_ms(subject) / _median_ms(other)


def _median_ms(variant: VariantReport) -> float:
    return variant.latency_ms.median if variant.latency_ms else math.nan


def _verdict(section: Section, variant: VariantReport) -> str | None:
    compared = section.compared(variant)
    return compared.verdict if compared else None


def _spent(subject: VariantReport) -> list[str]:
    """Say which internals hold the time, under the first instrument that knows."""
    for instrument in instruments((subject,)):
        known = [
            (measure.share, one)
            for one in subject.internals
            if (measure := one.measures.get(instrument)) is not None and measure.share is not None
        ]
        if known:
            return _largest(known, subject, instrument)
    reasons = [m.reason for one in subject.internals for m in one.measures.values() if m.reason]
    return [f"Where it goes is unknown: {numbers.plain(reasons[0])}."] if reasons else []


def _largest(known: list[tuple[float, Internal]], subject: VariantReport, instrument: str) -> list[str]:
    named = sorted(
        ((share, one) for share, one in known if one.internal in DOING),
        key=lambda pair: -pair[0],
    )
    parts = [
        f"{share * 100:.0f} % {DOING[one.internal]}{_how_often(subject, one)}"
        for share, one in named
        if share >= NOTABLE_SHARE
    ]
    if not parts:
        return [f"Under {instrument} no internal of the framework takes {NOTABLE_SHARE * 100:.0f} % of it."]
    overlap = "; parts may overlap" if len(parts) > 1 else ""
    return [f"Of that, under {instrument}: {', '.join(parts[:MOST_NAMED])}{overlap}."]


def _how_often(subject: VariantReport, internal: Internal) -> str:
    count = {
        "create_graph_function": subject.graphs_traced_per_call,
        "make_iterator": subject.iterators_per_call,
    }.get(internal.internal)
    return "" if count is None else f" ({numbers.count(count)} a call)"


def _states(section: Section, subject: VariantReport) -> list[str]:
    """Say how the compiled predict compares with the uncompiled one, in either direction."""
    for one in section.comparisons:
        baseline, candidate = section.variant(one.baseline), section.variant(one.candidate)
        if baseline is None or candidate is None or subject not in (baseline, candidate):
            continue
        alike = (baseline.entry_point, baseline.batch_size) == (candidate.entry_point, candidate.batch_size)
        if alike and baseline.compile_state != candidate.compile_state:
            verdict = "no verdict" if one.verdict is None else f"verdict: {one.verdict}"
            if one.more_seconds is not None:
                verdict += f"; {numbers.longer(one.more_seconds)}"
            elif one.verdict == "cannot tell" and one.reason:
                verdict += f": {numbers.plain(one.reason)}"
            return [
                f"{candidate.compile_state.capitalize()} takes {numbers.ratio(one.ratio)} times"
                f" the time of {baseline.compile_state} ({verdict})."
            ]
    return []
