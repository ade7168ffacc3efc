"""The page of a run's report: the findings, each workload's tables, and what to know about them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ...protocol.vocabulary import counted
from ...results.document import Environment, Report, VariantReport
from ..blocks import Block, Lines, Records, Title
from . import beside, beyond, cross_check, detectable, frames, growth, outputs, proofs, report_rows
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
        yield Lines((*beside.headline(report), *headline(report)), "headline")
        yield Lines(tuple(_environment(name, one) for name, one in report.environments.items()), "facts")
        yield from beside.blocks(report)
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
    said = (*detectable.lines(section), *outputs.lines(section))
    if said:
        yield Lines(said)
    yield from frames.blocks(section)
    yield from growth.blocks(section)
    for variants in section.inputs():
        which = "" if len(section.inputs()) == 1 else f" b{variants[0].batch_size}"
        shown = tuple(one for one in variants if one.internals)
        if shown:
            yield from _shares(section, shown, which)
        for name in list(dict.fromkeys(name for one in shown for name in one.phases))[:1]:
            yield Title(f"One predict{which} by phase", f"under {name}; phases sum to 100 %")
            yield tables.phases(shown, name)
        yield from beyond.blocks(variants, which)
        yield Title(f"What ran in one predict{which}")
        yield tables.facts(variants)
    failures = tuple(tables.failures(section))
    if failures:
        yield Lines(failures)


def _shares(section: Section, variants: tuple[VariantReport, ...], which: str) -> Iterator[Block]:
    """Yield the internals' shares under the best instrument, then under all; one that gave none is named."""
    known = cross_check.with_shares(variants)
    every = instruments(variants)
    best = known[0] if known else next(iter(every), None)
    title = f"Where predict{which} spends its time"
    if best is None:
        yield Title(title, "no shares were captured")
        yield tables.presences(variants)
        return
    yield Title(title, f"shares under {best}{proofs.beside(section, best)}; they overlap")
    yield tables.internals(variants, best)
    yield from cross_check.blocks(variants, which)
    others = tuple(proofs.lines(section, (name for name in known if name != best)))
    if others:
        yield Lines(others)
    for name in every:
        if name not in known and name != best:
            yield Title(f"No shares under {name}", "; ".join(_reasons(variants, name)))


def _reasons(variants: tuple[VariantReport, ...], instrument: str) -> tuple[str, ...]:
    """Return why an instrument knows no share, each reason once."""
    found = (one.measures.get(instrument) for variant in variants for one in variant.internals)
    reasons = (one.reason for one in found if one is not None and one.reason)
    return tuple(dict.fromkeys(reason for reason in reasons if reason not in ("absent", "not called")))


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
