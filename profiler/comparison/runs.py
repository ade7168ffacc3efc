"""Compares two runs, from before and after a change or an upgrade.

Both reports are derived again, attributed with today's catalogue. Variants are matched by id, since their
environments differ between releases. Runs cannot share a process, so ratios are unpaired.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..protocol import schemas
from ..protocol.errors import UsageError
from ..results import build
from ..results.document import Environment, Interval, Report, VariantReport
from ..results.speed import Timed, process_seconds, timed
from ..runs import record
from ..runs.manifest import RunManifest
from ..runs.record import RunRecord
from ..statistics import Estimate, Verdict, unpaired_verdict
from ..statistics.verdicts import CANNOT_TELL, DIFFERS, SAME, require_effect
from .internals import Fact, InternalChange, internal_changes, path_facts

# The platform is not among them: it names the C library that the interpreter was built for.
MACHINE = ("cpu", "cores", "device", "usable cores", "quota of cores", "--pin")
# Names of the machine's record, in words.
ALLOWED = {"affinity": "usable cores", "quota_cores": "quota of cores"}


SITTINGS = (
    "the runs were made one after the other, and intervals know nothing of what the machine did in between: "
    "trust a change that shows again when both are repeated in turn (before, after, before, after)"
)
# Fewer variants than this can all move one way by chance.
ALIKE = 3


@dataclass(frozen=True)
class Side:
    """One of the two runs: its name, when it was made, and the catalogue of that day."""

    run: str
    created: str
    catalogue: str
    environments: tuple[str, ...]


@dataclass(frozen=True)
class EnvironmentChange:
    """Two environments whose variants are compared; ``machine`` holds the facts that show another machine."""

    before: str
    after: str
    facts: tuple[Fact, ...]
    machine: tuple[Fact, ...]


@dataclass(frozen=True)
class VariantChange:
    """One variant in both runs; ``ratio`` is the time after over the time before.

    ``before_ms`` and ``after_ms`` are medians a call. Where the machines differ ``verdict`` is never ``same``
    and ``reason`` names them; otherwise it says why there is no interval or no ``more_seconds``.
    """

    id: str
    before: str
    after: str
    before_ms: float | None
    after_ms: float | None
    ratio: float | None
    interval: Interval | None
    verdict: str
    more_seconds: float | None
    reason: str | None
    facts: tuple[Fact, ...]
    internals: tuple[InternalChange, ...]


@dataclass(frozen=True)
class RunComparison:
    """Two runs compared; ``only_before`` and ``only_after`` name variants as ENV:ID."""

    before: Side
    after: Side
    catalogue: str
    smallest_effect: float
    environments: tuple[EnvironmentChange, ...]
    variants: tuple[VariantChange, ...]
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    warnings: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the comparison as the JSON object of schema ``kprof.comparison/1``."""
        return {"schema": schemas.COMPARISON, **dataclasses.asdict(self)}


@dataclass(frozen=True)
class _Read:
    """One run while it is compared."""

    run: RunRecord
    report: Report

    def side(self) -> Side:
        manifest = self.run.manifest
        return Side(
            self.run.name,
            manifest.created,
            manifest.catalogue,
            tuple(self.report.environments),
        )

    def timed(self, variant: VariantReport) -> Timed:
        name = next(v for e, v in self.run.variants if (e, v.id) == (variant.environment, variant.id))
        return timed(self.run, variant.environment, name)


def compare(first: Path, second: Path, smallest_effect: float | None = None) -> RunComparison:
    """Return what changed from the run in ``first`` to the run in ``second``.

    Args:
        first: a run directory, from before.
        second: a run directory, from after.
        smallest_effect: the smallest relative change of time that matters; by default the first run's own.

    Raises:
        RunError: no run, a newer schema, or a manifest that was cut or altered.
        UsageError: the runs have no variant in common, or the smallest effect is not above 0.
    """
    before, after = (_Read(record.read(path), build.build(path)) for path in (first, second))
    effect = require_effect(before.report.smallest_effect if smallest_effect is None else smallest_effect)
    pairs = list(_matched(before.report, after.report))
    if not pairs:
        raise UsageError(
            f"no variant in common ({_ids(before.report)} against {_ids(after.report)})",
            f"{first} and {second}",
            "measure the same ones in both",
        )
    environments = {
        slugs: _environment_change(slugs, before, after)
        for slugs in dict.fromkeys((one.environment, other.environment) for one, other in pairs)
    }
    variants = tuple(
        _variant_change((before, after), pair, effect, environments[pair[0].environment, pair[1].environment])
        for pair in pairs
    )
    matched = [{one.environment + ":" + one.id for one in side} for side in zip(*pairs, strict=True)]
    return RunComparison(
        before=before.side(),
        after=after.side(),
        catalogue=after.report.catalogue,
        smallest_effect=effect,
        environments=tuple(environments.values()),
        variants=variants,
        only_before=_others(before.report, matched[0]),
        only_after=_others(after.report, matched[1]),
        warnings=(
            *_sittings(before, after, variants),
            *_warnings(before, after, smallest_effect is not None),
        ),
    )


def _ids(report: Report) -> str:
    return ", ".join(dict.fromkeys(one.id for one in report.variants)) or "none"


def _others(report: Report, matched: set[str]) -> tuple[str, ...]:
    names = (f"{one.environment}:{one.id}" for one in report.variants)
    return tuple(name for name in names if name not in matched)


def _matched(before: Report, after: Report) -> Iterator[tuple[VariantReport, VariantReport]]:
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


def _environment_change(slugs: tuple[str, str], before: _Read, after: _Read) -> EnvironmentChange:
    own = _facts(before.report.environments[slugs[0]], after.report.environments[slugs[1]])
    facts = (*own, *_machine_facts(before.run.manifest, after.run.manifest))
    return EnvironmentChange(*slugs, facts, tuple(fact for fact in facts if fact.name in MACHINE))


def _facts(before: Environment, after: Environment) -> Iterator[Fact]:
    for field in dataclasses.fields(Environment):
        old, new = getattr(before, field.name), getattr(after, field.name)
        if isinstance(old, Mapping):
            for name in dict.fromkeys((*old, *new)):
                if old.get(name) != new.get(name):
                    kind = f"{name} threads" if field.name == "threads" else name
                    yield Fact(kind, old.get(name), new.get(name))
        elif old != new:
            yield Fact(field.name, old, new)


def _machine_facts(before: RunManifest, after: RunManifest) -> Iterator[Fact]:
    """Yield what differs in the cores that each run was allowed to use or was pinned to."""
    states = [
        manifest.all_sittings[0].before if manifest.all_sittings else None for manifest in (before, after)
    ]
    if states[0] is not None and states[1] is not None:
        for key, name in ALLOWED.items():
            old, new = (getattr(state, key) for state in states)
            if old != new:
                yield Fact(name, old, new)
    pins = [list(manifest.request.pin) or None if manifest.request else None for manifest in (before, after)]
    if pins[0] != pins[1]:
        yield Fact("--pin", *pins)


def _variant_change(
    sides: tuple[_Read, _Read],
    pair: tuple[VariantReport, VariantReport],
    effect: float,
    change: EnvironmentChange,
) -> VariantChange:
    old, new = pair
    found = _verdict(sides, pair, effect)
    word, reasons = found.word, [found.reason or found.ratio.reason]
    if change.machine and found.ratio.value is not None:
        reasons.insert(0, f"other machine: {'; '.join(map(str, change.machine))}")
        word = CANNOT_TELL if word == SAME else word
    return VariantChange(
        id=old.id,
        before=old.environment,
        after=new.environment,
        before_ms=old.latency_ms.median if old.latency_ms else None,
        after_ms=new.latency_ms.median if new.latency_ms else None,
        ratio=found.ratio.value,
        interval=found.ratio.interval,
        verdict=word,
        more_seconds=None if change.machine else found.more_seconds,
        reason="; ".join(reason for reason in reasons if reason) or None,
        facts=tuple(path_facts(old, new)),
        internals=tuple(internal_changes(old, new)),
    )


def _verdict(sides: tuple[_Read, _Read], pair: tuple[VariantReport, VariantReport], effect: float) -> Verdict:
    """Return the verdict; without the same input there is no ratio."""
    (before, after), (old, new) = sides, pair
    if old.rows != new.rows:
        reason = f"other input: {old.rows} rows a call before, {new.rows} after"
        return Verdict(CANNOT_TELL, Estimate(None, None, None, reason))
    costs = [process_seconds(side.run).get(old.workload) for side in sides]
    known = [cost for cost in costs if cost is not None]
    cost_s = sum(known) if len(known) == len(sides) else None
    return unpaired_verdict(before.timed(old).blocks, after.timed(new).blocks, effect, cost_s)


def _sittings(before: _Read, after: _Read, variants: tuple[VariantChange, ...]) -> Iterator[str]:
    """Say what the intervals of two runs do not cover: what the machine did between them."""
    if before.run.path.resolve() == after.run.path.resolve():
        return
    yield SITTINGS
    for workload in dict.fromkeys(one.id.partition("/")[0] for one in variants):
        ones = [one for one in variants if one.id.startswith(f"{workload}/")]
        ratios = [one.ratio for one in ones if one.ratio is not None and one.verdict == DIFFERS]
        if len(ratios) < max(ALIKE, len(ones)) or min(ratios) < 1 < max(ratios):
            continue
        way = "slower" if ratios[0] > 1 else "faster"
        yield (
            f"all {len(ratios)} variants of {workload} are {way} in the second run "
            f"({min(ratios):.2f} to {max(ratios):.2f}): look at the machine first, its load and clock speed"
        )


def _warnings(before: _Read, after: _Read, effect_is_given: bool) -> Iterator[str]:
    if before.run.path.resolve() == after.run.path.resolve():
        yield "both are the same run: nothing can differ"
    effects = before.report.smallest_effect, after.report.smallest_effect
    if effects[0] != effects[1] and not effect_is_given:
        yield f"smallest effect {effects[0]:g} before, {effects[1]:g} after: {effects[0]:g} is taken"
    for text in dict.fromkeys((*before.report.warnings, *after.report.warnings)):
        named = [
            name
            for name, report in (("before", before.report), ("after", after.report))
            if text in report.warnings
        ]
        yield f"{' and '.join(named)}: {text}"
