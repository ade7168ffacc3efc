"""The page of a run's report: the findings, each workload's tables, and what to know about them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ...protocol.vocabulary import counted
from ...results.document import Environment, Report, VariantReport
from ..blocks import Block, Lines, Records, Title
from . import frames, outputs, report_rows
from . import report_tables as tables
from .headline import headline
from .sections import Section, instruments, sections

LEGEND = (
    "ms a call: median of a process's calls with nothing attached, averaged over processes; spread: least and"
    " greatest median of a process; ratio: time over the baseline's. Share: time with the internal on the"
    " stack, over the whole call, in the instrument's own capture. absent: this release has no such"
    " function; not called: it has, but this path never enters it; unknown: no sound capture can"
    " tell; -: not known."
)


@dataclass(frozen=True)
class ReportPage:
    """All that a run says."""

    report: Report

    @property
    def title(self) -> str:
        """The run's name."""
        return self.report.run

    def blocks(self) -> Iterator[Block]:
        """Yield the findings, the environments, a section for each workload, warnings and a legend."""
        report = self.report
        yield Lines(headline(report), "headline")
        yield Lines(tuple(_environment(name, one) for name, one in report.environments.items()), "facts")
        for section in sections(report):
            yield from _section(section)
        warnings = tuple(dict.fromkeys(report.warnings))
        if warnings:
            yield Title("Warnings")
            yield Lines(warnings, "warning")
        yield Lines((LEGEND, f"run {report.run}; catalogue {report.catalogue}"), "legend")

    def document(self) -> dict[str, Any]:
        """Return the report's JSON object."""
        return self.report.to_json()

    def records(self) -> Records:
        """Return the report's numbers, one a row."""
        return Records(report_rows.Row._fields, report_rows.rows(self.report))


def page(report: Report) -> ReportPage:
    """Return the page of a run's report."""
    return ReportPage(report)


def _section(section: Section) -> Iterator[Block]:
    yield Title(f"{section.workload} on {section.environment}", _sizes(section.variants))
    yield tables.speed(section)
    said = tuple(outputs.lines(section))
    if said:
        yield Lines(said)
    yield from frames.blocks(section)
    for variants in section.inputs():
        which = "" if len(section.inputs()) == 1 else f" b{variants[0].batch_size}"
        shown = tuple(one for one in variants if one.internals)
        for instrument in (instruments(shown) or (None,)) if shown else ():
            yield from _internals(shown, instrument, which)
        for name in dict.fromkeys(name for one in shown for name in one.phases):
            yield Title(f"One predict{which} by phase", f"under {name}; phases sum to 100 %")
            yield tables.phases(shown, name)
        yield Title(f"What ran in one predict{which}")
        yield tables.facts(variants)
    failures = tuple(tables.failures(section))
    if failures:
        yield Lines(failures)


def _internals(variants: tuple[VariantReport, ...], instrument: str | None, which: str) -> Iterator[Block]:
    """Yield the internals' shares; an instrument that gave none gets a line that says why."""
    every = [one.measures for variant in variants for one in variant.internals]
    measures = [found for each in every if (found := each.get(instrument or "")) is not None]
    if measures and all(measure.share is None for measure in measures) and len(instruments(variants)) > 1:
        presences = ("absent", "not called")
        reasons = dict.fromkeys(m.reason for m in measures if m.reason and m.reason not in presences)
        yield Title(f"No shares under {instrument}", "; ".join(reasons))
        return
    under = f"shares under {instrument}; they overlap" if instrument else "no shares were captured"
    yield Title(f"Where predict{which} spends its time", under)
    yield tables.presences(variants) if instrument is None else tables.internals(variants, instrument)


def _sizes(variants: tuple[VariantReport, ...]) -> str:
    sizes = dict.fromkeys((one.batch_size, one.rows) for one in variants)
    return "; ".join(f"batch {batch}, {counted(rows, 'row')} a call" for batch, rows in sizes)


def _environment(name: str, environment: Environment) -> str:
    keras = "" if environment.keras is None else f"Keras {environment.keras}"
    backend = "" if environment.backend is None else f"{environment.backend} backend"
    parts = [
        f"{environment.framework} {environment.framework_version}",
        f"{keras} ({backend})" if keras and backend else keras,
        f"Python {environment.python}",
        f"NumPy {environment.numpy}",
        environment.device or "",
        "" if environment.jit_compile is None else f"jit_compile {environment.jit_compile}",
        environment.cpu or "",
        "" if environment.cores is None else f"{environment.cores} cores",
        environment.platform,
        *(
            f"{kind} threads {count or 'auto'}"
            for kind, count in environment.threads.items()
            if count is not None
        ),
    ]
    return f"{name}: {', '.join(part for part in parts if part)}"
