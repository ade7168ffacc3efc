"""What a run says of each way to call: its time over predict's, its outputs, its costs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from .. import statistics
from ..protocol import advising, files, schemas
from ..protocol.advising import CandidateFacts, ModelFacts
from ..protocol.candidates import BASELINE
from ..protocol.errors import RunError
from ..protocol.outputs import OutputDifference
from ..protocol.vocabulary import Variant
from ..results import frames, speed
from ..results import outputs as said_of_outputs
from ..runs import validation
from ..runs.record import Capture, RunRecord
from ..statistics import Blocks
from .document import CandidateAdvice, OutputsAgainst


@dataclass(frozen=True)
class Trial:
    """What a run of advice holds.

    Attributes:
        run: the run.
        environment: the only one.
        baseline: predict.
        others: what was compared with it.
    """

    run: RunRecord
    environment: str
    baseline: Variant
    others: tuple[Variant, ...]

    @property
    def model(self) -> ModelFacts | None:
        """What was found of the model; None where that failed."""
        found = (one.model for one in facts(self.run.of(self.environment, self.baseline)))
        return next((one for one in found if one is not None), None)


def trial(run: RunRecord) -> Trial:
    """Return what a run holds of advice.

    Raises:
        RunError: it was not made by ``kprof advise``.
    """
    predicts = [one for one in run.variants if one[1].entry_point == BASELINE]
    has_facts = any(capture.file(files.CANDIDATE_FILE) for capture in run.captures)
    if len(predicts) != 1 or not has_facts:
        raise RunError("holds no trial of other ways to call", run.path, "make one with: kprof advise")
    environment, baseline = predicts[0]
    others = tuple(variant for _, variant in run.variants if variant != baseline)
    return Trial(run, environment, baseline, others)


def facts(captures: Iterable[Capture]) -> list[CandidateFacts]:
    """Return what the workers left of a candidate, one for each of its processes that left any."""
    found = []
    for capture in captures:
        path = capture.file(files.CANDIDATE_FILE)
        if path is not None:
            found.append(validation.read(path, schemas.CANDIDATE, CandidateFacts))
    return found


def of(tried: Trial, variant: Variant) -> CandidateAdvice:
    """Return what a trial says of one way to call."""
    captures = tried.run.of(tried.environment, variant)
    known = facts(captures)
    usable = [one for one in known if one.status == advising.OK]
    candidate_blocks = _of_one_input(speed.timed(tried.run, tried.environment, variant).blocks, usable)
    if not usable or not len(candidate_blocks):
        status, reason = _lost(captures, known)
        return CandidateAdvice(variant.entry_point, status=status, reason=reason)
    baseline = speed.timed(tried.run, tried.environment, tried.baseline).blocks
    effect = tried.run.manifest.smallest_effect
    verdict = statistics.paired_verdict(baseline, candidate_blocks, effect)
    status, reason = _lost(captures, known) if len(usable) < len(captures) else (advising.OK, None)
    one_time_ns = float(np.median([one.one_time_ns for one in usable]))
    return CandidateAdvice(
        variant.entry_point,
        ratio=verdict.ratio.value,
        interval=verdict.ratio.interval,
        verdict=verdict.word,
        outputs=_outputs(usable),
        one_time_ms=one_time_ns / 1e6,
        break_even_calls=_break_even(one_time_ns, _shared(baseline, candidate_blocks), verdict.ratio.value),
        memory_bytes=max((one.held_bytes for one in usable if one.held_bytes is not None), default=None),
        status=status,
        reason=reason,
        call_ms=_milliseconds(candidate_blocks),
        frame_ratio=_frame_ratio(tried, candidate_blocks),
        start_ms=float(np.median([one.start_ns for one in usable])) / 1e6,
    )


def _lost(captures: Sequence[Capture], known: Sequence[CandidateFacts]) -> tuple[str, str | None]:
    """Return the status of a candidate that was lost in a process at least, and why."""
    for one in known:
        if one.status != advising.OK:
            return one.status, one.reason
    for capture in captures:
        if not capture.usable:
            status = advising.TIMEOUT if capture.status == "timeout" else advising.FAILED
            return status, capture.reason
    return (advising.OK, None) if captures else (advising.FAILED, "it was not measured")


def _of_one_input(blocks: Blocks, known: Sequence[CandidateFacts]) -> Blocks:
    """Return the durations for one of the user's inputs, where a call takes several."""
    at_a_time = known[0].inputs_per_call if known else 1
    if at_a_time == 1:
        return blocks
    return Blocks({n: [one // at_a_time for one in found] for n, found in blocks.processes.items()})


def _shared(baseline: Blocks, candidate: Blocks) -> Blocks:
    return Blocks({n: found for n, found in baseline.processes.items() if n in candidate.processes})


def _milliseconds(blocks: Blocks) -> float | None:
    value = statistics.latency(blocks).value if len(blocks) else None
    return None if value is None else value / 1e6


def baseline_ms(tried: Trial) -> float | None:
    """Return what a predict takes."""
    return _milliseconds(speed.timed(tried.run, tried.environment, tried.baseline).blocks)


def _break_even(one_time_ns: float, baseline: Blocks, ratio: float | None) -> int | None:
    """Return after how many calls what comes once has paid; None where a call gains nothing."""
    predict_ns = (_milliseconds(baseline) or 0.0) * 1e6
    if ratio is None or ratio >= 1 or not predict_ns:
        return None
    return max(1, math.ceil(one_time_ns / (predict_ns * (1 - ratio))))


def _frame_ratio(tried: Trial, candidate: Blocks) -> float | None:
    """Return a candidate's time over that of predict's frame, of the processes that know both."""
    framed = frames.blocks(tried.run, tried.environment, tried.baseline)
    if not framed.processes.keys() & candidate.processes.keys():
        return None
    return statistics.paired_ratio(framed, candidate).value


def _outputs(known: Sequence[CandidateFacts]) -> OutputsAgainst:
    """Return the largest differences over all inputs, with a note on the input that shows most."""
    compared = [one for facts in known for one in facts.compared]
    if not compared:
        error = next((one.outputs_error for one in known if one.outputs_error), None)
        return OutputsAgainst(None, note=error and f"could not be compared: {error}")
    differences = [one.difference for one in compared]
    worst = max(compared, key=lambda one: _severity(one.difference))
    equal = all(one.same for one in differences)
    told = said_of_outputs.said(worst.difference)
    return OutputsAgainst(
        equal,
        max_abs=max((one.absolute for one in differences if one.absolute is not None), default=None),
        max_rel=max((one.relative for one in differences if one.relative is not None), default=None),
        max_ulp=max((one.ulp for one in differences if one.ulp is not None), default=None),
        note=told if equal else f"{told} (on {worst.input})",
    )


def _severity(difference: OutputDifference) -> tuple[bool, int, float]:
    return difference.mismatch is not None, difference.beyond, difference.absolute or 0.0
