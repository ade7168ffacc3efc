"""Compares two runs, from before and after a change or an upgrade, or two variants of them.

Both reports are derived again, attributed with today's catalogue. Variants are matched by id, since their
environments differ between releases. Two runs cannot share a process, so their ratios are unpaired; two
variants of one run are paired within its processes.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from ..protocol import schemas
from ..results import outputs
from ..results.document import FrameRatio, Interval, Report
from ..statistics.verdicts import CANNOT_TELL, DIFFERS, SAME, require_effect
from . import environments, growth, sides, timing
from .environments import EnvironmentChange
from .growth import GrowthChange
from .internals import Fact, InternalChange, internal_changes, path_facts
from .sides import Chosen, Pair, Read, Side

SITTINGS = (
    "the runs were made one after the other, and intervals know nothing of what the machine did in between: "
    "trust a change that shows again when both are repeated in turn (before, after, before, after)"
)
# Fewer variants than this can all move one way by chance.
ALIKE = 3


@dataclass(frozen=True)
class VariantChange:
    """One variant on both sides; ``ratio`` is the time after over the time before.

    ``before_ms`` and ``after_ms`` are medians a call. Where the machines differ ``verdict`` is never ``same``
    and ``reason`` names them; otherwise it says why there is no interval or no ``more_seconds``.

    Attributes:
        after_id: the variant after, where it is another one than before.
        itself: whether both sides are one variant of one run.
        paired: whether the ratio was taken within the processes that measured both.
        drift: what the machine may have done between both sides, which the interval does not cover.
        frame: the ratio of predict's frames; None where calls are not split.
        outputs: ``same``, ``differ`` or ``vary`` where both were measured in one run; None where unknown.
        growth: what grows from call to call on either side.
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
    after_id: str | None = None
    itself: bool = False
    paired: bool = False
    drift: str | None = None
    frame: FrameRatio | None = None
    outputs: str | None = None
    growth: tuple[GrowthChange, ...] = ()

    @property
    def name(self) -> str:
        """What is compared, in words."""
        return self.id if self.after_id is None else f"{self.after_id} against {self.id}"


@dataclass(frozen=True)
class RunComparison:
    """Two runs compared; ``only_before`` and ``only_after`` name variants as ENV:ID.

    ``after_report`` is what the second run says by itself; it is not part of the JSON.
    """

    before: Side
    after: Side
    catalogue: str
    smallest_effect: float
    environments: tuple[EnvironmentChange, ...]
    variants: tuple[VariantChange, ...]
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    warnings: tuple[str, ...]
    after_report: Report | None = field(default=None, repr=False)

    def to_json(self) -> dict[str, Any]:
        """Return the comparison as the JSON object of schema ``kprof.comparison/1``."""
        shown = dataclasses.asdict(dataclasses.replace(self, after_report=None))
        del shown["after_report"]
        return {"schema": schemas.COMPARISON, **shown}


def compare(
    first: Chosen,
    second: Chosen,
    smallest_effect: float | None = None,
    instruments: Collection[str] | None = None,
) -> RunComparison:
    """Return what changed from one side to the other.

    Args:
        first: a run of before, and one of its variants or all.
        second: the same of after.
        smallest_effect: the smallest relative change of time that matters; by default the first run's own.
        instruments: those whose captures are attributed, which is what takes time; None: all.

    Raises:
        RunError: no run, a newer schema, or a manifest that was cut or altered.
        UsageError: no such variant, none in common, or the smallest effect is not above 0.
    """
    before, after = sides.read(first, second, instruments)
    effect = require_effect(before.report.smallest_effect if smallest_effect is None else smallest_effect)
    pairs = sides.pairs(before, after)
    around = {
        slugs: environments.change(slugs, before, after)
        for slugs in dict.fromkeys((one.environment, other.environment) for one, other in pairs)
    }
    variants = tuple(
        _variant_change((before, after), pair, effect, around[pair[0].environment, pair[1].environment])
        for pair in pairs
    )
    matched = [{one.environment + ":" + one.id for one in side} for side in zip(*pairs, strict=True)]
    return RunComparison(
        before=before.side(),
        after=after.side(),
        catalogue=after.report.catalogue,
        smallest_effect=effect,
        environments=tuple(around.values()),
        variants=variants,
        only_before=sides.others(before, matched[0]),
        only_after=sides.others(after, matched[1]),
        warnings=(
            *_sittings(before, after, variants),
            *_warnings(before, after, variants, smallest_effect is not None),
        ),
        after_report=after.report,
    )


def _variant_change(
    both: tuple[Read, Read], pair: Pair, effect: float, around: EnvironmentChange
) -> VariantChange:
    old, new = pair
    found = timing.timing(both, pair, effect)
    calls = found.calls
    word, reasons = calls.word, [calls.reason or calls.ratio.reason]
    if around.machine and calls.ratio.value is not None:
        reasons.insert(0, timing.other_machine(around.machine))
        word = CANNOT_TELL if word == SAME else word
    return VariantChange(
        id=old.id,
        before=old.environment,
        after=new.environment,
        before_ms=old.latency_ms.median if old.latency_ms else None,
        after_ms=new.latency_ms.median if new.latency_ms else None,
        ratio=calls.ratio.value,
        interval=calls.ratio.interval,
        verdict=word,
        more_seconds=None if around.machine else calls.more_seconds,
        reason="; ".join(reason for reason in reasons if reason) or None,
        facts=tuple(path_facts(old, new)),
        internals=tuple(internal_changes(old, new)),
        after_id=None if old.id == new.id else new.id,
        itself=timing.is_itself(both, pair),
        paired=found.paired,
        drift=timing.drift(both, pair, found.paired, around.machine),
        frame=found.frames,
        outputs=_outputs(both, pair),
        growth=tuple(growth.changes(old.growth, new.growth)),
    )


def _outputs(both: tuple[Read, Read], pair: Pair) -> str | None:
    """Return whether both give the same outputs, which only a run compares that measured both."""
    (before, after), (old, new) = both, pair
    if not before.shares_run_with(after) or old.environment != new.environment:
        return None
    variants = before.variant(old), after.variant(new)
    # each candidate of a run keeps what it differs by from its baseline, and no baseline from its candidates
    captures = tuple(before.run.of(old.environment, one) for one in variants)
    found = (outputs.beside(*ways).word for ways in (captures, captures[::-1]))
    return next((word for word in found if word is not None), None)


def _sittings(before: Read, after: Read, variants: tuple[VariantChange, ...]) -> Iterator[str]:
    """Say what the intervals of two runs do not cover: what the machine did between them."""
    if before.shares_run_with(after):
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


def _warnings(
    before: Read, after: Read, variants: tuple[VariantChange, ...], effect_is_given: bool
) -> Iterator[str]:
    if all(one.itself for one in variants):
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
