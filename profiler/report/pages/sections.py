"""Groups a report by workload: which variants are shown together, and what each is compared with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ...protocol.proving import Proof
from ...results.document import Comparison, Report, VariantReport

PREDICT = "predict"


@dataclass(frozen=True)
class Section:
    """One workload in one environment; ``proofs`` are what was proven of the instruments there."""

    environment: str
    workload: str
    variants: tuple[VariantReport, ...]
    comparisons: tuple[Comparison, ...]
    proofs: Mapping[str, Proof] = field(default_factory=dict)

    def compared(self, variant: VariantReport) -> Comparison | None:
        """Return the comparison that ``variant`` is shown with: against ``predict`` if there is one."""
        name = key(variant)
        found = [one for one in self.comparisons if one.candidate == name]
        to_predict = [
            one
            for one in found
            if (base := self.variant(one.baseline)) is not None and base.entry_point == PREDICT
        ]
        return next(iter(to_predict + found), None)

    def variant(self, name: str) -> VariantReport | None:
        """Return the variant of an ``ENV:ID`` of this section, if there is one."""
        return next((one for one in self.variants if key(one) == name), None)

    def inputs(self) -> tuple[tuple[VariantReport, ...], ...]:
        """Return the variants of ``predict``, those with the same input together."""
        groups: dict[tuple[int, int], list[VariantReport]] = {}
        for variant in self.variants:
            if variant.entry_point == PREDICT:
                groups.setdefault((variant.batch_size, variant.rows), []).append(variant)
        return tuple(tuple(group) for group in groups.values())

    def subject(self) -> VariantReport | None:
        """Return what the section is about: the compiled ``predict``, else the first that was timed."""
        timed = [one for one in self.variants if one.entry_point == PREDICT and one.latency_ms is not None]
        compiled = [one for one in timed if one.compile_state == "compiled"]
        return next(iter(compiled + timed), None)


def sections(report: Report) -> tuple[Section, ...]:
    """Return a report's sections, in the order in which its variants name them."""
    groups: dict[tuple[str, str], list[VariantReport]] = {}
    for variant in report.variants:
        groups.setdefault((variant.environment, variant.workload), []).append(variant)
    found = []
    for (environment, workload), variants in groups.items():
        names = {key(variant) for variant in variants}
        comparisons = tuple(one for one in report.comparisons if names >= {one.baseline, one.candidate})
        proofs = report.proofs.get(environment, {})
        found.append(Section(environment, workload, tuple(variants), comparisons, proofs))
    return tuple(found)


def key(variant: VariantReport) -> str:
    """Return the name under which comparisons refer to a variant."""
    return f"{variant.environment}:{variant.id}"


def instruments(variants: tuple[VariantReport, ...]) -> tuple[str, ...]:
    """Return the instruments that measured some internal of these variants, in order of appearance."""
    names = (name for one in variants for internal in one.internals for name in internal.measures)
    return tuple(dict.fromkeys(names))
