"""Judges the published study's claims by a report; claims and rules are data in ``claims.toml``."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..catalogue.catalogue import in_range
from ..results.document import Comparison, Interval, Report, VariantReport
from ..statistics.verdicts import DIFFERS, SAME
from ..tables import declared

FILE = Path(__file__).with_name("claims.toml")
REPRODUCED, NOT_REPRODUCED, CANNOT_TELL = "reproduced", "not reproduced", "cannot tell"
# The least disturbed one first; the study had the last.
INSTRUMENTS = ("probes", "cprofile")
ABSENT = "absent"
RATIOS = ("slowdown", "over")
FLAG = "_experimental_run_tf_function"
FRAME_VERDICT = "frame verdict"
ONE_PROCESS = "one process, no interval"


@dataclass(frozen=True)
class Check:
    """One comparison of a rule: a quantity of a workload, and what it must be.

    ``is_`` must equal it, ``is_not`` must not; ``above`` and ``below`` are limits that a number's whole
    interval must keep; ``at_most_share`` names an internal whose share it may not exceed, ``inside`` one that
    must be on the stack whenever this share's internal is entered. What is not known keeps no rule and breaks
    none.
    """

    workload: str
    quantity: str
    state: str = "compiled"
    is_: Any = None
    is_not: Any = None
    above: float | None = None
    below: float | None = None
    at_most_share: str | None = None
    inside: str | None = None


@dataclass(frozen=True)
class Claim:
    """A claim: its number and text, what was published, the releases it was made on, and its rule."""

    number: int
    text: str
    published: str
    releases: str
    rule: str
    checks: tuple[Check, ...]


@dataclass(frozen=True)
class Finding:
    """What a quantity is: a value and, for a number, its interval; a value of None has a reason.

    ``remark`` qualifies the value; ``lacking`` says that the release has no such thing, which is an answer
    too. ``compared`` is the comparison behind a verdict, and holds the reason where there is none.
    """

    quantity: str
    value: Any
    interval: Interval | None = None
    reason: str | None = None
    remark: str | None = None
    lacking: bool = False
    compared: Comparison | None = None


class Shortfall(enum.Enum):
    """How a finding falls short of a rule."""

    NOT_KNOWN = enum.auto()
    """There is no value."""
    DIFFERENT = enum.auto()
    """It is not the value that the rule asks for."""
    EXCLUDED = enum.auto()
    """It is the value that the rule excludes."""
    WITHOUT_INTERVAL = enum.auto()
    """It is a ratio of one process, which shows nothing however large it is."""
    BEYOND_LIMIT = enum.auto()
    """Its whole interval is beyond the limit."""
    AROUND_LIMIT = enum.auto()
    """The limit lies inside its interval."""
    ABOVE_OTHER = enum.auto()
    """It is above the share that it may not exceed."""
    NESTING_NOT_KNOWN = enum.auto()
    """Nothing tells whether it runs inside the internal."""
    OUTSIDE = enum.auto()
    """Some of it runs outside the internal."""


@dataclass(frozen=True)
class Reason:
    """Why a claim is not reproduced, or why its verdict is that nobody can tell.

    ``asked`` is what the rule asks for: a value, a limit, or the internal that must be around it; ``beside``
    is the share that must be at least as large.
    """

    shortfall: Shortfall
    finding: Finding
    asked: Any = None
    beside: Finding | None = None


@dataclass(frozen=True)
class Judged:
    """A claim on one environment: what was measured, and the verdict with its reason.

    ``claimed_here`` says whether the study made the claim on this release.
    """

    claim: Claim
    environment: str
    release: str
    claimed_here: bool
    measured: tuple[Finding, ...]
    verdict: str
    reason: Reason | None


@lru_cache(maxsize=1)
def load() -> tuple[Claim, ...]:
    """Return the claims in order."""
    listed = declared.read(FILE)["claim"]
    return tuple(_claim(entry) for entry in listed)


def _claim(entry: Mapping[str, Any]) -> Claim:
    checks = tuple(
        Check(**{"is_" if name == "is" else name: value for name, value in check.items()})
        for check in entry["check"]
    )
    fields = {name: value for name, value in entry.items() if name != "check"}
    return Claim(**fields, checks=checks)


def judge(report: Report, claims: Iterable[Claim] | None = None) -> tuple[Judged, ...]:
    """Return the verdict on each claim in each environment of a report, claim by claim."""
    return tuple(
        _judge(_Facts(report, environment), claim)
        for claim in (load() if claims is None else claims)
        for environment in report.environments
    )


def _judge(facts: _Facts, claim: Claim) -> Judged:
    release = facts.report.environments[facts.environment].framework_version
    results = [_result(facts, check) for check in claim.checks]
    failed = next((reason for _, holds, reason in results if holds is False), None)
    unknown = next((reason for _, holds, reason in results if holds is None), None)
    verdict = REPRODUCED if unknown is None else CANNOT_TELL
    if failed is not None:
        verdict = NOT_REPRODUCED
    measured = tuple(finding for finding, _, _ in results)
    claimed = in_range(release, claim.releases)
    return Judged(claim, facts.environment, release, claimed, measured, verdict, failed or unknown)


def _result(facts: _Facts, check: Check) -> tuple[Finding, bool | None, Reason | None]:
    """Return what was found, whether it keeps the rule (None: unknown), and why it does not."""
    found = facts.find(check)
    if found.value is None:
        return found, False if found.lacking else None, Reason(Shortfall.NOT_KNOWN, found)
    if check.is_ is not None and found.value != check.is_:
        shortfall = Shortfall.NOT_KNOWN if found.lacking else Shortfall.DIFFERENT
        return found, False, Reason(shortfall, found, check.is_)
    if check.is_not is not None:
        unlike = found.value != check.is_not
        return found, unlike, None if unlike else Reason(Shortfall.EXCLUDED, found, check.is_not)
    if found.interval is None and check.quantity.partition(":")[0] in RATIOS:
        return found, None, Reason(Shortfall.WITHOUT_INTERVAL, found)
    kept = _within_limits(check, found)
    if kept is not True:
        shortfall = Shortfall.BEYOND_LIMIT if kept is False else Shortfall.AROUND_LIMIT
        return found, kept, Reason(shortfall, found, check.above if check.above is not None else check.below)
    holds, why = _nested(facts, check, found)
    return found, holds, why


def _nested(facts: _Facts, check: Check, found: Finding) -> tuple[bool | None, Reason | None]:
    """Return whether an internal lies within another as the check asks, and why it does not."""
    if check.at_most_share is not None:
        outer = facts.share(check, check.at_most_share)
        if outer.value is None:
            return False if outer.lacking else None, Reason(Shortfall.NOT_KNOWN, outer)
        if found.value > outer.value:
            return False, Reason(Shortfall.ABOVE_OTHER, found, beside=outer)
    if check.inside is None:
        return True, None
    inside = facts.inside(check, check.inside)
    if inside:
        return True, None
    shortfall = Shortfall.NESTING_NOT_KNOWN if inside is None else Shortfall.OUTSIDE
    return inside, Reason(shortfall, found, check.inside)


def _within_limits(check: Check, found: Finding) -> bool | None:
    """Whether the whole interval keeps the limits; None where a limit lies inside it.

    A count and a share of one process have none: their value is judged.
    """
    if check.above is None and check.below is None:
        return True
    low, high = found.interval or (found.value, found.value)
    if (check.above is None or low > check.above) and (check.below is None or high < check.below):
        return True
    beyond = (check.above is not None and high <= check.above) or (
        check.below is not None and low >= check.below
    )
    return False if beyond else None


@dataclass(frozen=True)
class _Facts:
    """Finds quantities of one environment in a report."""

    report: Report
    environment: str

    def find(self, check: Check) -> Finding:
        kind, _, name = check.quantity.partition(":")
        if kind in ("slowdown", "verdict", FRAME_VERDICT):
            return self._slowdown(check, kind)
        if kind == "over":
            return self._over(check, name)
        if kind == "share":
            return self.share(check, name)
        label = f"{check.quantity}, {check.workload} {check.state}"
        lacking = self._absent(name) if kind == "presence" else None
        if lacking is not None:
            return Finding(label, ABSENT, None, lacking, lacking=True)
        variant = self._variant(check.workload, check.state, "predict")
        if variant is None:
            return Finding(label, None, None, f"{check.workload} {check.state} was not measured")
        return self._seen(variant, kind, name, label)

    def _seen(self, variant: VariantReport, kind: str, name: str, label: str) -> Finding:
        """Return what the inspected call of a variant showed."""
        if all(internal.presence == "unknown" for internal in variant.internals):
            return Finding(label, None, None, "no call was inspected")
        if kind == "presence":
            found = next((i.presence for i in variant.internals if i.internal == name), None)
            return Finding(label, found, None, f"kprof knows no internal {name}")
        if kind == "flag":
            flag = variant.flag_experimental_run_tf_function
            if flag is None:
                reason = f"a model of this release, {variant.compile_state}, has no {FLAG}"
                return Finding(label, None, None, reason, ABSENT, lacking=True)
            return Finding(label, flag)
        value = {
            "loop": variant.loop,
            "adapter": variant.data_adapter,
            "graphs": variant.graphs_traced_per_call,
        }[kind]
        return Finding(label, value, None, f"the inspected call showed no {kind} that kprof knows")

    def _absent(self, name: str) -> str | None:
        """Return the line that says that the release lacks an internal, or None."""
        for variant in self.report.variants:
            for internal in variant.internals if variant.environment == self.environment else ():
                if internal.internal == name and internal.presence == ABSENT:
                    arrow = f" -> {internal.successor}" if internal.successor else ""
                    return f"this release has no {name}: {ABSENT}{arrow}"
        return None

    def share(self, check: Check, internal: str) -> Finding:
        """Return an internal's share, or why there is none: absent, not called, or not measured."""
        label = f"share of {internal}, {check.workload} {check.state}"
        lacking = self._absent(internal)
        if lacking is not None:
            return Finding(label, None, None, lacking, ABSENT, lacking=True)
        variant = self._variant(check.workload, check.state, "predict")
        found = next((i for i in variant.internals if i.internal == internal), None) if variant else None
        if found is None:
            return Finding(label, None, None, f"{check.workload} {check.state} was not measured")
        if found.presence == "not called":
            return Finding(label, None, None, f"this path never enters {internal}", found.presence)
        measures = [found.measures[name] for name in INSTRUMENTS if name in found.measures]
        measure = next((one for one in measures if one.share is not None), measures[0] if measures else None)
        if measure is None:
            return Finding(label, None, None, f"not measured under {' or '.join(INSTRUMENTS)}")
        alone = None if measure.share is None or measure.interval else ONE_PROCESS
        return Finding(label, measure.share, measure.interval, measure.reason, alone)

    def inside(self, check: Check, outer: str) -> bool | None:
        """Return whether the check's internal ran within another alone; None where that is not known."""
        variant = self._variant(check.workload, check.state, "predict")
        internal = check.quantity.partition(":")[2]
        within = (
            next((i.within for i in variant.internals if i.internal == internal), None) if variant else None
        )
        return None if within is None else outer in within

    def _slowdown(self, check: Check, kind: str) -> Finding:
        label = f"compiled / uncompiled, {check.workload}"
        compared = self._comparison(check.workload, ("uncompiled", "predict"), ("compiled", "predict"))
        if compared is None:
            return Finding(label, None, None, f"{check.workload} was not measured in both states")
        if kind == "slowdown":
            return Finding(label, compared.ratio, compared.interval, compared.reason)
        if check.is_not is not None:
            return Finding(label, compared.verdict, compared.interval, compared=compared)
        if kind == FRAME_VERDICT and compared.frame is not None:
            return _of_frames(f"{label}, until predict's frame ends", compared)
        verdict = compared.verdict if compared.verdict in (DIFFERS, SAME) else None
        return Finding(label, verdict, compared=compared)

    def _over(self, check: Check, entry_point: str) -> Finding:
        """Return predict's time over another entry point's: the comparison's ratio, turned over."""
        label = f"predict / {entry_point}, {check.workload}"
        compared = self._comparison(check.workload, ("compiled", "predict"), ("compiled", entry_point))
        if compared is None:
            return Finding(label, None, None, f"{entry_point} was not measured")
        interval = compared.interval and (1 / compared.interval[1], 1 / compared.interval[0])
        return Finding(label, 1 / compared.ratio, interval, compared.reason)

    def _variant(self, workload: str, state: str, entry_point: str) -> VariantReport | None:
        wanted = (self.environment, workload, state, entry_point)
        return next(
            (
                v
                for v in self.report.variants
                if (v.environment, v.workload, v.compile_state, v.entry_point) == wanted
            ),
            None,
        )

    def _comparison(
        self, workload: str, baseline: tuple[str, str], candidate: tuple[str, str]
    ) -> Comparison | None:
        first, second = self._variant(workload, *baseline), self._variant(workload, *candidate)
        if first is None or second is None:
            return None
        wanted = (f"{self.environment}:{first.id}", f"{self.environment}:{second.id}")
        return next((c for c in self.report.comparisons if (c.baseline, c.candidate) == wanted), None)


def _of_frames(label: str, compared: Comparison) -> Finding:
    """Return the verdict on two variants' frames as that of a comparison of its own."""
    frame = compared.frame
    if frame is None:
        raise ValueError("calls are not split")
    as_compared = replace(
        compared,
        ratio=frame.ratio,
        interval=frame.interval,
        verdict=frame.verdict,
        more_seconds=frame.more_seconds,
        reason=frame.reason,
    )
    return Finding(label, frame.verdict if frame.verdict in (DIFFERS, SAME) else None, compared=as_compared)
