"""The report's tables, each in the layouts that it can take, widest first."""

from __future__ import annotations

from collections.abc import Sequence

from ...results.document import Internal, VariantReport
from .. import numbers
from ..blocks import Bar, Cell, Column, Layout, Marked, Row, Table
from ..numbers import MISSING
from . import outputs
from .sections import Section

NOTABLE_SHARE = 0.2
COMPUTE = "(kernels of the model ran)"
FLAG = "_experimental_run_tf_function"
DETAILS = ("p95", "p99", "first call", "calls", "processes", "graphs")


def speed(section: Section) -> Table:
    """Return the variants side by side: milliseconds a call, spread over processes, ratio."""
    shown = (Column("outputs", "text"),) if outputs.are_known(section) else ()
    named = (
        Column("variant", "text"),
        *map(Column, ("ms a call", "spread", "ratio", "interval", "verdict")),
        Column("ratio to", "text"),
        *shown,
    )
    detailed = (*named, *map(Column, DETAILS))
    rows = [_speed_cells(section, variant) for variant in section.variants]
    details = [(*row, *_details(variant)) for row, variant in zip(rows, section.variants, strict=True)]
    return Table(
        (Layout(detailed, _rows(details)), Layout(named, _rows(rows)), _speed_by_state(section)),
    )


def _speed_cells(section: Section, variant: VariantReport) -> tuple[str, ...]:
    compared = section.compared(variant)
    baseline = section.variant(compared.baseline) if compared else None
    cells = (_local(variant), *_timed(section, variant), "" if baseline is None else _local(baseline))
    if not outputs.are_known(section):
        return cells
    return (*cells, "" if compared is None else compared.outputs or MISSING)


def _speed_by_state(section: Section) -> Layout:
    """Return the narrow layout: variants below their state, baselines as letters that notes explain."""
    letters = _letters(section)
    columns = (
        Column("variant", "text"),
        *map(Column, ("ms", "spread", "ratio", "interval", "verdict")),
    )
    rows: list[tuple[Cell, ...]] = []
    state = None
    for variant in section.variants:
        if variant.compile_state != state:
            state = variant.compile_state
            rows.append((Marked(state, "strong"), *("" for _ in columns[1:])))
        compared = section.compared(variant)
        letter = letters.get(compared.baseline, "") if compared else ""
        ms, spread, ratio, *others = _timed(section, variant)
        name = f"  {variant.entry_point} b{variant.batch_size}"
        marks = [letter] * bool(letter) + [outputs.MARK] * outputs.is_unlike(compared)
        rows.append((name, ms, spread, " ".join([ratio, *marks]), *others))
    notes = tuple(f"ratio{mark and ' ' + mark}: time over that of {_id(n)}" for n, mark in letters.items())
    if any(outputs.is_unlike(section.compared(one)) for one in section.variants):
        notes += (f"{outputs.MARK}: the two do not give the same outputs",)
    return Layout(columns, _rows(rows), notes)


def presences(variants: tuple[VariantReport, ...]) -> Table:
    """Return which internals these variants have, where no instrument gave shares."""
    wide: list[Row] = []
    narrow: list[Row] = []
    by_id = [{one.internal: one for one in variant.internals} for variant in variants]
    for name in dict.fromkeys(one.internal for variant in variants for one in variant.internals):
        found = [one[name] for one in by_id if name in one]
        cells = tuple(one[name].presence if name in one else MISSING for one in by_id)
        arrow = next((f"-> {one.successor}" for one in found if one.successor), "")
        faint = all(one.presence != "present" for one in found)
        wide.append(Row((name, found[0].phase, *cells, arrow), faint))
        narrow.append(Row((Marked(name, below=arrow and f"  {arrow}"), *cells), faint))
    internal, phase, successor = (Column(name, "text") for name in ("internal", "phase", "successor"))
    states = tuple(Column(one.compile_state) for one in variants)
    layouts = (
        Layout((internal, phase, *states, successor), tuple(wide)),
        Layout((internal, *states), tuple(narrow)),
    )
    return Table(layouts)


def internals(variants: tuple[VariantReport, ...], instrument: str) -> Table:
    """Return the internals of these variants side by side; cells refer by number to the reasons below."""
    reasons: dict[str, None] = {}
    by_id = [{one.internal: one for one in variant.internals} for variant in variants]
    widest: list[Row] = []
    full: list[Row] = []
    medium: list[Row] = []
    narrow: list[Row] = []
    for name in dict.fromkeys(one.internal for variant in variants for one in variant.internals):
        found = [one[name] for one in by_id if name in one]
        intervals = [_share_interval(one.get(name), instrument) for one in by_id]
        measured = [_measured(one.get(name), instrument, reasons) for one in by_id]
        phase = found[0].phase
        arrow = next((f"-> {one.successor}" for one in found if one.successor), "")
        faint = all(one.presence != "present" for one in found)
        drawn = tuple(cell for cells in measured for cell in cells)
        texts = tuple(cell for share, calls, _ in measured for cell in (share, calls))
        sure = (
            (share, interval, calls, bar)
            for (share, calls, bar), interval in zip(measured, intervals, strict=True)
        )
        widest.append(Row((name, phase, *(cell for cells in sure for cell in cells), arrow), faint))
        full.append(Row((name, phase, *drawn, arrow), faint))
        medium.append(Row((name, *texts, arrow or phase), faint))
        narrow.append(Row((Marked(name, below=arrow and f"  {arrow}"), *texts), faint))
    notes = tuple(f"[{number}] {reason}" for number, reason in enumerate(reasons, start=1))
    return Table(
        tuple(
            Layout(columns, tuple(rows), notes)
            for columns, rows in zip(_internal_columns(variants), (widest, full, medium, narrow), strict=True)
            if rows is not widest or _has_intervals(variants, instrument)
        )
    )


def _has_intervals(variants: tuple[VariantReport, ...], instrument: str) -> bool:
    found = (one.measures.get(instrument) for variant in variants for one in variant.internals)
    return any(one is not None and one.interval is not None for one in found)


def _share_interval(internal: Internal | None, instrument: str) -> str:
    """Return the interval of an internal's share, in per cent."""
    measure = internal.measures.get(instrument) if internal is not None else None
    if measure is None or measure.interval is None:
        return ""
    low, high = (numbers.share(bound).removesuffix(" %") for bound in measure.interval)
    return f"{low}..{high}"


def _internal_columns(variants: tuple[VariantReport, ...]) -> tuple[tuple[Column, ...], ...]:
    """Return the columns of the internals' layouts, the widest first."""
    states = [(Column(one.compile_state), Column("calls")) for one in variants]
    measured = tuple(column for pair in states for column in pair)
    drawn = tuple(column for pair in states for column in (*pair, Column("", "bar")))
    sure = tuple(
        column for share, calls in states for column in (share, Column("interval"), calls, Column("", "bar"))
    )
    internal, phase = Column("internal", "text"), Column("phase", "text")
    return (
        (internal, phase, *sure, Column("successor", "text")),
        (internal, phase, *drawn, Column("successor", "text")),
        (internal, *measured, phase),
        (internal, *measured),
    )


def phases(variants: tuple[VariantReport, ...], instrument: str) -> Table:
    """Return each phase's share of the call, largest first, and under them the model's kernels."""
    found = [one.phases.get(instrument, {}) for one in variants]
    names = sorted({name for one in found for name in one}, key=lambda n: -max(p.get(n, 0.0) for p in found))
    rows = [(name, [one.get(name) for one in found]) for name in names]
    ran = [next(iter(one.compute.values()), None) for one in variants]
    if any(one is not None for one in ran):
        rows.append((COMPUTE, ran))
    states = [Column(one.compile_state) for one in variants]
    drawn = [column for state in states for column in (state, Column("", "bar"))]
    phase = Column("phase", "text")
    bars = [(name, *(cell for share in shares for cell in _with_bar(share))) for name, shares in rows]
    bare = [(name, *map(numbers.share, shares)) for name, shares in rows]
    return Table((Layout((phase, *drawn), _rows(bars)), Layout((phase, *states), _rows(bare))))


def _with_bar(share: float | None) -> tuple[Cell, Cell]:
    return numbers.share(share), Bar(share)


def facts(variants: tuple[VariantReport, ...]) -> Table:
    """Return what was seen to run in one call of each of these variants."""
    rows: list[tuple[str, list[str | None]]] = [
        ("loop", [one.loop for one in variants]),
        ("data adapter", [one.data_adapter for one in variants]),
        ("graphs traced a call", [numbers.count(one.graphs_traced_per_call) for one in variants]),
        ("traced functions", [", ".join(one.functions_traced) or None for one in variants]),
        ("iterators a call", [_iterators(one) for one in variants]),
        ("first call, ms", [_first_call(one) for one in variants]),
    ]
    flags = [one.flag_experimental_run_tf_function for one in variants]
    if any(flag is not None for flag in flags):
        rows.append((FLAG, [None if flag is None else str(flag) for flag in flags]))
    for instrument in dict.fromkeys(name for one in variants for name in one.perturbation):
        rows.append((f"overhead, {instrument}", [_slowed(one, instrument) for one in variants]))
    columns = (Column("", "text", whole=True), *(Column(one.compile_state, "text") for one in variants))
    cells = [(label, *(value or MISSING for value in values)) for label, values in rows]
    return Table((Layout(columns, _rows(cells)),))


def failures(section: Section) -> list[str]:
    """Return a line for each variant and each reason for which something of it cannot be used."""
    lines: dict[str, None] = {}
    for variant in section.variants:
        if variant.status != "ok" and variant.reason:
            lines[f"{variant.id}: {variant.status}: {variant.reason}"] = None
        for capture in variant.captures:
            if capture.status != "ok":
                reason = capture.reason or "no reason given"
                lines[f"{variant.id} under {capture.instrument}: {capture.status}: {reason}"] = None
    return list(lines)


def _rows(rows: Sequence[Sequence[Cell]]) -> tuple[Row, ...]:
    return tuple(Row(tuple(cells)) for cells in rows)


def _timed(section: Section, variant: VariantReport) -> list[str]:
    compared = section.compared(variant)
    if variant.latency_ms is None:
        return [variant.status, MISSING, MISSING, MISSING, MISSING]
    is_baseline = any(one.baseline == f"{variant.environment}:{variant.id}" for one in section.comparisons)
    alone = "1" if is_baseline else MISSING
    return [
        numbers.milliseconds(variant.latency_ms.median),
        numbers.spread(variant.latency_ms.process_medians),
        numbers.ratio(compared.ratio) if compared else alone,
        numbers.interval(compared.interval) if compared else MISSING,
        (compared.verdict if compared else None) or MISSING,
    ]


def _details(variant: VariantReport) -> list[str]:
    latency = variant.latency_ms
    if latency is None:
        return [MISSING] * 6
    return [
        numbers.milliseconds(latency.p95),
        numbers.milliseconds(latency.p99),
        numbers.milliseconds(latency.first_call),
        str(latency.calls),
        str(latency.processes),
        numbers.count(variant.graphs_traced_per_call),
    ]


def _measured(
    internal: Internal | None, instrument: str, reasons: dict[str, None]
) -> tuple[Cell, Cell, Cell]:
    """Return an internal's share or why there is none, its calls a call, and its share as a bar."""
    if internal is None:
        return MISSING, MISSING, ""
    if internal.presence in ("absent", "not called"):
        return Marked(internal.presence, "faint"), "", ""
    measure = internal.measures.get(instrument)
    mark = ""
    if measure is not None and measure.share is None and measure.reason:
        reasons.setdefault(measure.reason)
        mark = f" [{list(reasons).index(measure.reason) + 1}]"
    calls = numbers.count(measure.calls_per_call) if measure else MISSING
    if measure is None or measure.share is None:
        return f"{internal.presence}{mark}", calls, ""
    share = Marked(numbers.share(measure.share), "notable" if measure.share >= NOTABLE_SHARE else "")
    return share, calls, Bar(measure.share)


def _letters(section: Section) -> dict[str, str]:
    """Return a mark for each baseline; a single one needs none."""
    names = list(dict.fromkeys(one.baseline for one in section.comparisons))
    return {
        name: "abcdefghijklmnopqrstuvwxyz"[n % 26] if len(names) > 1 else "" for n, name in enumerate(names)
    }


def _local(variant: VariantReport) -> str:
    return f"{variant.compile_state}/{variant.entry_point}/b{variant.batch_size}"


def _id(key: str) -> str:
    return key.partition(":")[2]


def _iterators(variant: VariantReport) -> str:
    """Return how many iterators a call makes; predict reads its input once, so it uses one of them."""
    made = variant.iterators_per_call
    surplus = f" ({numbers.count(made - 1)} thrown away)" if made is not None and made > 1 else ""
    return numbers.count(made) + surplus


def _first_call(variant: VariantReport) -> str:
    return numbers.milliseconds(variant.latency_ms.first_call if variant.latency_ms else None)


def _slowed(variant: VariantReport, instrument: str) -> str | None:
    found = variant.perturbation.get(instrument)
    if found is None:
        return None
    interval = f" ({numbers.interval(found.interval)})" if found.interval else ""
    return f"{numbers.ratio(found.ratio)}x{interval}"
