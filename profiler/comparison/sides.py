"""The two sides of a comparison: a run or one variant of it, and which variants belong together."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..protocol.errors import UsageError
from ..protocol.vocabulary import Variant
from ..results import build
from ..results.document import Report, VariantReport
from ..results.speed import Timed, timed
from ..runs import record, selection
from ..runs.record import RunRecord

Pair = tuple[VariantReport, VariantReport]


@dataclass(frozen=True)
class Chosen:
    """What one side is: a run directory, and one of its variants (``ID`` or ``ENV:ID``); None for all."""

    path: Path
    variant: str | None = None


@dataclass(frozen=True)
class Side:
    """One of the two runs: its name, when it was made, and the catalogue of that day."""

    run: str
    created: str
    catalogue: str
    environments: tuple[str, ...]


@dataclass(frozen=True)
class Read:
    """One run while it is compared, and the variant that was chosen of it."""

    run: RunRecord
    report: Report
    chosen: tuple[str, Variant] | None = None

    def side(self) -> Side:
        """Return what the comparison says of the run itself."""
        manifest = self.run.manifest
        return Side(
            self.run.name,
            manifest.created,
            manifest.catalogue,
            tuple(self.report.environments),
        )

    def shares_run_with(self, other: Read) -> bool:
        """Return whether both sides are of one run."""
        return self.run.path.resolve() == other.run.path.resolve()

    def variant(self, reported: VariantReport) -> Variant:
        """Return the variant that a report tells of."""
        return next(v for e, v in self.run.variants if (e, v.id) == (reported.environment, reported.id))

    def timed(self, reported: VariantReport) -> Timed:
        """Return the timed calls of a variant that a report tells of."""
        return timed(self.run, reported.environment, self.variant(reported))

    def reported(self) -> tuple[VariantReport, ...]:
        """Return what the report tells of the chosen variant, or of all."""
        if self.chosen is None:
            return self.report.variants
        slug, variant = self.chosen
        return tuple(one for one in self.report.variants if (one.environment, one.id) == (slug, variant.id))


def read(before: Chosen, after: Chosen, instruments: Collection[str] | None = None) -> tuple[Read, Read]:
    """Return both sides; a side without a variant takes that of the other one's name.

    A run that is on both sides is read once.

    Args:
        before: what one side is.
        after: what the other is.
        instruments: those whose captures are attributed; None: all.

    Raises:
        RunError: no run, a newer schema, or a manifest that was cut or altered.
        UsageError: a run has no such variant, or several environments have it.
    """
    names = before.variant or after.variant, after.variant or before.variant
    first = read_one(Chosen(before.path, names[0]), instruments)
    if before.path.resolve() == after.path.resolve():
        return first, Read(first.run, first.report, _chosen(first.run, names[1]))
    return first, read_one(Chosen(after.path, names[1]), instruments)


def read_one(chosen: Chosen, instruments: Collection[str] | None = None) -> Read:
    """Return one side, with the captures of these instruments attributed (None: of all).

    Raises:
        RunError: no run, a newer schema, or a manifest that was cut or altered.
        UsageError: the run has no such variant, or several environments have it.
    """
    run = record.read(chosen.path)
    variant = _chosen(run, chosen.variant)
    return Read(run, build.build(chosen.path, instruments=instruments), variant)


def _chosen(run: RunRecord, variant: str | None) -> tuple[str, Variant] | None:
    return None if variant is None else selection.named(run, variant)[0]


def pairs(before: Read, after: Read) -> tuple[Pair, ...]:
    """Return the variants to compare: the two that were chosen, else those of one kind.

    Those of one kind are of the same environment, else of the only one that is left in each run.

    Raises:
        UsageError: the runs have no variant in common.
    """
    if before.chosen is not None and after.chosen is not None:
        return ((before.reported()[0], after.reported()[0]),)
    found = tuple(_matched(before.report, after.report))
    if not found:
        raise UsageError(
            f"no variant in common ({_ids(before.report)} against {_ids(after.report)})",
            f"{before.run.path} and {after.run.path}",
            "measure the same ones in both",
        )
    return found


def others(side: Read, matched: set[str]) -> tuple[str, ...]:
    """Return the variants of a side, as ENV:ID, that were to be compared and have no counterpart."""
    names = (f"{one.environment}:{one.id}" for one in side.reported())
    return tuple(name for name in names if name not in matched)


def _ids(report: Report) -> str:
    return ", ".join(dict.fromkeys(one.id for one in report.variants)) or "none"


def _matched(before: Report, after: Report) -> Iterator[Pair]:
    """Yield the variants of one kind in the same environment, else in the only one left in each run."""
    for kind in dict.fromkeys(map(_kind, before.variants)):
        old = {one.environment: one for one in before.variants if _kind(one) == kind}
        new = {one.environment: one for one in after.variants if _kind(one) == kind}
        shared = [slug for slug in old if slug in new]
        for slug in shared:
            yield old.pop(slug), new.pop(slug)
        if len(old) == len(new) == 1:
            yield next(iter(old.values())), next(iter(new.values()))


def _kind(variant: VariantReport) -> tuple[str, str, str, int]:
    """Return what two variants must have in common to be compared; their rows may differ."""
    return (variant.workload, variant.compile_state, variant.entry_point, variant.batch_size)
