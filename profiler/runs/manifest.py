"""``run.json``: the plan of a run, its environments, its sittings and its captures."""

from __future__ import annotations

import dataclasses
from collections import Counter
from dataclasses import dataclass, field

from ..plan.request import Request
from ..plan.rounds import Round
from ..plan.sweep import SweepRequest
from ..protocol.host import HostState
from ..protocol.proving import Proof
from ..protocol.spec import EnvironmentFacts, GivenModel
from ..protocol.vocabulary import Variant, require_name, require_printable

RUNNING, COMPLETE, INTERRUPTED = "running", "complete", "interrupted"
FAILED = "failed"
"""What a complete run without a usable capture is called; no manifest holds it."""


@dataclass(frozen=True)
class Sitting:
    """The machine before and after one sitting of a run; ``after`` is None where it was killed."""

    before: HostState
    after: HostState | None = None


@dataclass(frozen=True)
class VariantEntry:
    """A variant of one environment, as ``run.json`` lists it."""

    environment: str
    variant: Variant

    def __post_init__(self) -> None:
        require_name("environment", self.environment)


@dataclass(frozen=True)
class CaptureEntry:
    """A capture, as ``run.json`` lists it.

    ``process_s`` is what its process took, ``sitting`` in which sitting of the run it was, from 1.
    """

    path: str
    environment: str
    variant: Variant
    instrument: str
    process: int
    status: str
    reason: str | None
    process_s: float | None = None
    sitting: int | None = None

    def __post_init__(self) -> None:
        require_name("environment", self.environment)
        require_printable("path", self.path)
        if self.process < 0 or not (self.process_s or 0) >= 0:
            raise ValueError(f"process is {self.process}, process_s {self.process_s}, at least 0 is needed")


@dataclass(frozen=True)
class Stopped:
    """Why a workload's measuring ended early, after how many processes, and how many were left out.

    ``by_time``: whether the time that was given for it had passed, whatever had been seen.
    """

    after_processes: int
    left_out: int
    why: str
    by_time: bool = False


@dataclass(frozen=True)
class Looks:
    """How many interim analyses of a workload were planned, and whether one of them ended its measuring.

    ``by_stage``: they come after stages of several processes each, not after every process from the third on.
    """

    looks: int
    stopped: Stopped | None = None
    by_stage: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.looks <= 1000:
            raise ValueError(f"looks is {self.looks}, 1 to 1000 can be")


@dataclass(frozen=True)
class SideBySide:
    """Two environments of a run whose processes took turns: those of the same number ran beside each other.

    Attributes:
        this: the slug of what was measured.
        base: the slug of what it is compared with.
        spec: how the user named the base.
        commit: the commit that was measured as the base, where that is a git revision.
        given: the base's own model.
    """

    this: str
    base: str
    spec: str
    commit: str | None = None
    given: GivenModel | None = None

    def __post_init__(self) -> None:
        require_printable("sides: spec or commit", f"{self.spec}{self.commit or ''}")
        if self.this == self.base:
            raise ValueError(f"sides: both are {self.this!r}")


@dataclass(frozen=True)
class SweepEntry:
    """A sweep: what was asked for, and the rounds that were decided on so far.

    ``beside``: the folders and hashes of the models beside the first. ``decided``: whether no round follows.
    """

    asked: SweepRequest
    rounds: list[Round]
    beside: list[GivenModel] = field(default_factory=list)
    decided: bool = False


@dataclass(frozen=True)
class FirstSitting:
    """The one sitting that runs of older versions recorded."""

    before: HostState | None = None
    after: HostState | None = None


@dataclass(frozen=True)
class RunManifest:
    """What ``run.json`` holds.

    Attributes:
        order: the processes' labels, in the order in which they run.
        sittings: the machine before and after each go at the run.
        adaptive: environment -> workload -> the interim analyses that were planned, and how they ended.
        given: the user's own model.
        releases: what was asked for -> the environment's slug, in a run over several environments.
        failures: release -> why it was not measured, or not to the end.
        machine: the sitting of a run made before there were several.
        proofs: environment -> instrument -> what had been proven of it when the run began.
        sides: the two environments that were measured in turn; None in other runs.
        sweep: what a sweep goes over; None in any other run.
    """

    created: str
    status: str
    catalogue: str
    smallest_effect: float
    environments: dict[str, EnvironmentFacts]
    variants: list[VariantEntry]
    captures: list[CaptureEntry]
    run: str = ""
    kprof: str = ""
    request: Request | None = None
    seed: int = 0
    order: list[str] = field(default_factory=list)
    sittings: list[Sitting] = field(default_factory=list)
    adaptive: dict[str, dict[str, Looks]] = field(default_factory=dict)
    given: GivenModel | None = None
    releases: dict[str, str] | None = None
    failures: dict[str, str] = field(default_factory=dict)
    machine: FirstSitting | None = None
    proofs: dict[str, dict[str, Proof]] = field(default_factory=dict)
    sides: SideBySide | None = None
    sweep: SweepEntry | None = None

    def __post_init__(self) -> None:
        if not 0 < self.smallest_effect < 1:
            raise ValueError(f"smallest_effect is {self.smallest_effect}, a fraction of 1 is needed")
        for text in (self.created, self.status, self.catalogue):
            require_printable("created, status or catalogue", text)
        for slug in self.environments:
            require_name("environments: a slug", slug)
        named = [one.environment for one in self.variants] + [one.environment for one in self.captures]
        named += [self.sides.this, self.sides.base] if self.sides else []
        missing = [slug for slug in named if slug not in self.environments]
        if missing:
            raise ValueError(f"environments: {missing[0]!r} is missing")
        listed = Counter(one.path for one in self.captures)
        if listed and max(listed.values()) > 1:
            raise ValueError(f"captures: {max(listed, key=lambda path: listed[path])!r} is listed twice")

    @property
    def all_sittings(self) -> tuple[Sitting, ...]:
        """The sittings, including the one that an older run recorded."""
        first = self.machine
        old = () if first is None or first.before is None else (Sitting(first.before, first.after),)
        return (*old, *self.sittings)

    def with_capture(self, entry: CaptureEntry) -> RunManifest:
        """Return the manifest that lists a capture, in place of one with its path."""
        others = [one for one in self.captures if one.path != entry.path]
        return dataclasses.replace(self, captures=[*others, entry])

    def with_looks(self, environment: str, workload: str, looks: int, stopped: Stopped | None) -> RunManifest:
        """Return the manifest that records a workload's interim analysis, and how that ended it, if so."""
        of_one = {**self.adaptive.get(environment, {}), workload: Looks(looks, stopped)}
        return dataclasses.replace(self, adaptive={**self.adaptive, environment: of_one})

    def looks(self, environment: str, workload: str) -> Looks | None:
        """Return the interim analyses of a workload; None where it was measured to a fixed end."""
        return self.adaptive.get(environment, {}).get(workload)

    def stopped(self, environment: str, workload: str) -> bool:
        """Return whether a workload's measuring ended early."""
        looks = self.looks(environment, workload)
        return looks is not None and looks.stopped is not None
