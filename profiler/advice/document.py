"""The advice as frozen objects, and as JSON of schema ``kprof.advice/1``."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from ..protocol import schemas

Interval = tuple[float, float]


@dataclass(frozen=True)
class OutputsAgainst:
    """A candidate's outputs against predict's, the largest differences over all inputs that were tried.

    ``equal`` is None where they were not compared; ``note`` says how far they lie, or why that is unknown.
    """

    equal: bool | None
    max_abs: float | None = None
    max_rel: float | None = None
    max_ulp: int | None = None
    note: str | None = None


@dataclass(frozen=True)
class CandidateAdvice:
    """A way to call.

    Attributes:
        id: its name.
        ratio: its time over predict's, for one of the user's inputs, with its interval.
        verdict: ``differs``, ``same`` or ``cannot tell``.
        outputs: against predict's.
        one_time_ms: what comes once.
        break_even_calls: after how many calls that has paid; None where it never does.
        memory_bytes: what it holds beside predict.
        status: ``ok``, ``failed``, ``timeout``, ``not installed`` or ``not applicable``.
        reason: why it is not ok, or not recommended whatever its time.
        call_ms: the median call.
        frame_ratio: its time over that of predict's frame alone, without what is freed after it.
        start_ms: what it takes until the first outputs are there.
    """

    id: str
    ratio: float | None = None
    interval: Interval | None = None
    verdict: str | None = None
    outputs: OutputsAgainst = OutputsAgainst(None)
    one_time_ms: float | None = None
    break_even_calls: int | None = None
    memory_bytes: int | None = None
    status: str = "ok"
    reason: str | None = None
    call_ms: float | None = None
    frame_ratio: float | None = None
    start_ms: float | None = None


@dataclass(frozen=True)
class Gain:
    """How many times as fast the recommended way is."""

    ratio: float
    interval: Interval | None


@dataclass(frozen=True)
class Wait:
    """What a wait in predict's teardown costs: how long, and in how many of how many calls."""

    milliseconds: float
    calls: int
    of_calls: int


@dataclass(frozen=True)
class Advice:
    """What to call instead of predict.

    Attributes:
        baseline: the id of what was compared with.
        candidates: every way that was tried.
        recommended: the id of one of them; None where nothing is to be gained, or nothing can be proven.
        gain: of the recommended one.
        condition: under which it holds.
        diff: a unified diff of the user's line.
        why: why that one, or why none.
        environment, workload: where and what was measured.
        rows: of a call, in words.
        baseline_ms: a predict.
        wait: in predict's teardown, where calls show it.
        notes: what is to be known of the model.
    """

    baseline: str
    candidates: tuple[CandidateAdvice, ...]
    recommended: str | None
    gain: Gain | None
    condition: str | None
    diff: str | None
    why: str
    environment: str
    workload: str
    rows: str
    baseline_ms: float | None
    wait: Wait | None = None
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object of schema ``kprof.advice/1``."""
        return {"schema": schemas.ADVICE, **dataclasses.asdict(self)}
