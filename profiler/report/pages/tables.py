"""The terminal's tables, each in the layouts it can take, widest first."""

from __future__ import annotations

from typing import NamedTuple

from rich.box import Box
from rich.console import JustifyMethod
from rich.table import Table
from rich.text import Text

from ...results.document import Internal, Variant
from .. import numbers
from ..numbers import MISSING, plain
from .sections import Section

INDENT = 2
NOTABLE_SHARE = 0.2

# A rule under the header and nothing else, in characters that every terminal has.
RULED = Box(
    "    \n    \n -- \n    \n    \n    \n    \n    \n",
    ascii=True,
)
BAR, BAR_WIDTH = "0 %" + 12 * " " + "100 %", 20
LEFT = ("phase", "ratio to", BAR)
COMPUTE = "(kernels of the model ran)"
FLAG = "_experimental_run_tf_function"


class Layout(NamedTuple):
    """One way to draw a table, and the lines that this way needs below it."""

    table: Table
    notes: tuple[str, ...] = ()


def speed(section: Section) -> list[Layout]:
    """Return the variants side by side: milliseconds a call, spread over processes, ratio."""
    letters = _letters(section)
    headers = ("variant", "ms a call", "spread", "ratio", "interval", "verdict", "ratio to")
    named = _table(*headers)
    detailed = _table(*headers)
    for header in ("p95", "p99", "first call", "calls", "processes", "graphs"):
        detailed.add_column(header, justify="right", no_wrap=True)
    grouped = _table("variant", "ms", "spread", "ratio", "interval", "verdict", folds=True)
    state = None
    for variant in section.variants:
        compared = section.compared(variant)
        baseline = section.variant(compared.baseline) if compared else None
        timed = _timed(section, variant)
        against = "" if baseline is None else _local(baseline)
        named.add_row(_local(variant), *timed, against)
        detailed.add_row(_local(variant), *timed, against, *_details(variant))
        if variant.compile_state != state:
            state = variant.compile_state
            grouped.add_row(Text(plain(state), style="bold"))
        letter = letters.get(compared.baseline, "") if compared else ""
        name = f"  {plain(variant.entry_point)} b{variant.batch_size}"
        grouped.add_row(name, timed[0], timed[1], f"{timed[2]}{letter and ' ' + letter}", *timed[3:])
    notes = tuple(f"ratio{mark and ' ' + mark}: time over that of {_id(n)}" for n, mark in letters.items())
    return [Layout(detailed), Layout(named), Layout(grouped, notes)]


def internals(variants: tuple[Variant, ...], instrument: str | None) -> list[Layout]:
    """Return the internals of these variants side by side; cells refer by number to the reasons below."""
    reasons: dict[str, None] = {}
    by_id = [{one.internal: one for one in variant.internals} for variant in variants]
    order = dict.fromkeys(one.internal for variant in variants for one in variant.internals)
    measured = tuple(header for one in variants for header in (plain(one.compile_state), "calls"))
    drawn = tuple(header for one in variants for header in (plain(one.compile_state), "calls", BAR))
    full, medium = _table("internal", "phase", *drawn), _table("internal", *measured)
    narrow = _table("internal", *measured, folds=True)
    full.add_column("successor", no_wrap=True)
    medium.add_column("phase", no_wrap=True)
    for name in order:
        found = [one[name] for one in by_id if name in one]
        cells = [_measured(one.get(name), instrument, reasons) for one in by_id]
        arrow = next((f"-> {plain(one.successor)}" for one in found if one.successor), "")
        phase = plain(found[0].phase)
        style = "" if any(one.presence == "present" for one in found) else "dim"
        texts = [text for cell in cells for text in (cell.share, cell.calls)]
        full.add_row(plain(name), phase, *(text for cell in cells for text in cell), arrow, style=style)
        medium.add_row(plain(name), *texts, arrow or phase, style=style)
        narrow.add_row(plain(name) + (arrow and f"\n  {arrow}"), *texts, style=style)
    notes = tuple(f"[{number}] {reason}" for number, reason in enumerate(reasons, start=1))
    return [Layout(full, notes), Layout(medium, notes), Layout(narrow, notes)]


def phases(variants: tuple[Variant, ...], instrument: str) -> list[Layout]:
    """Return each phase's share of the call, largest first, and under them the model's kernels."""
    states = tuple(plain(one.compile_state) for one in variants)
    drawn, bare = _table("phase", *(h for state in states for h in (state, BAR))), _table("phase", *states)
    found = [one.phases.get(instrument, {}) for one in variants]
    names = sorted({name for one in found for name in one}, key=lambda n: -max(p.get(n, 0.0) for p in found))
    rows = [(name, [one.get(name) for one in found]) for name in names]
    rows.append((COMPUTE, [one.compute.get(instrument) for one in variants]))
    for name, shares in rows:
        cells = [(numbers.share(share), "#" * round(BAR_WIDTH * (share or 0.0))) for share in shares]
        drawn.add_row(plain(name), *(text for cell in cells for text in cell))
        bare.add_row(plain(name), *(share for share, _ in cells))
    return [Layout(drawn), Layout(bare)]


def facts(variants: tuple[Variant, ...]) -> list[Layout]:
    """Return what was seen to run in one call of each of these variants."""
    table = _table("")
    for variant in variants:
        table.add_column(plain(variant.compile_state), overflow="fold")
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
        rows.append((f"perturbation, {instrument}", [_slowed(one, instrument) for one in variants]))
    for label, values in rows:
        table.add_row(plain(label), *(plain(value or MISSING) for value in values))
    return [Layout(table)]


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


def _table(first: str, *numeric: str, folds: bool = False) -> Table:
    table = Table(box=RULED, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    table.add_column(first, no_wrap=not folds, overflow="fold")
    for header in numeric:
        justify: JustifyMethod = "left" if header in LEFT else "right"
        table.add_column(header, justify=justify, no_wrap=not folds, overflow="fold")
    return table


def _timed(section: Section, variant: Variant) -> list[str]:
    compared = section.compared(variant)
    if variant.latency_ms is None:
        return [plain(variant.status), MISSING, MISSING, MISSING, MISSING]
    is_baseline = any(one.baseline == f"{variant.environment}:{variant.id}" for one in section.comparisons)
    alone = "1" if is_baseline else MISSING
    return [
        numbers.milliseconds(variant.latency_ms.median),
        numbers.spread(variant.latency_ms.process_medians),
        numbers.ratio(compared.ratio) if compared else alone,
        numbers.interval(compared.interval) if compared else MISSING,
        (compared.verdict if compared else None) or MISSING,
    ]


def _details(variant: Variant) -> list[str]:
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


class _Cells(NamedTuple):
    """An internal in one variant: its share, or why there is none; its calls a call; its share as a bar."""

    share: Text
    calls: str = ""
    bar: str = ""


def _measured(internal: Internal | None, instrument: str | None, reasons: dict[str, None]) -> _Cells:
    if internal is None:
        return _Cells(Text(MISSING), MISSING)
    if internal.presence in ("absent", "not called"):
        return _Cells(Text(internal.presence, style="dim"))
    measure = internal.measures.get(instrument) if instrument else None
    mark = ""
    if measure is not None and measure.share is None and measure.reason:
        reason = plain(measure.reason)
        reasons.setdefault(reason)
        mark = f" [{list(reasons).index(reason) + 1}]"
    calls = numbers.count(measure.calls_per_call) if measure else MISSING
    if measure is None or measure.share is None:
        return _Cells(Text(plain(internal.presence) + mark), calls)
    style = "bold yellow" if measure.share >= NOTABLE_SHARE else ""
    return _Cells(
        Text(numbers.share(measure.share), style=style), calls, "#" * round(BAR_WIDTH * measure.share)
    )


def _letters(section: Section) -> dict[str, str]:
    """Return a mark for each baseline; a single one needs none."""
    names = list(dict.fromkeys(one.baseline for one in section.comparisons))
    return {
        name: "abcdefghijklmnopqrstuvwxyz"[n % 26] if len(names) > 1 else "" for n, name in enumerate(names)
    }


def _local(variant: Variant) -> str:
    return plain(f"{variant.compile_state}/{variant.entry_point}/b{variant.batch_size}")


def _id(key: str) -> str:
    return key.partition(":")[2]


def _iterators(variant: Variant) -> str:
    """Return how many iterators a call makes; predict reads its input once, so it uses one of them."""
    made = variant.iterators_per_call
    surplus = f" ({numbers.count(made - 1)} thrown away)" if made is not None and made > 1 else ""
    return numbers.count(made) + surplus


def _first_call(variant: Variant) -> str:
    return numbers.milliseconds(variant.latency_ms.first_call if variant.latency_ms else None)


def _slowed(variant: Variant, instrument: str) -> str | None:
    found = variant.perturbation.get(instrument)
    if found is None:
        return None
    interval = f" ({numbers.interval(found.interval)})" if found.interval else ""
    return f"{numbers.ratio(found.ratio)}x{interval}"
