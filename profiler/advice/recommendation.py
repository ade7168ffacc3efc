"""Which way is recommended: equal outputs, faster by its whole interval, the simplest of the fastest."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from ..protocol import advising
from ..protocol.advising import ModelFacts
from ..protocol.candidates import CALLS_PER_BATCH, XLA, candidate, simplicity
from ..results.outputs import said
from .document import CandidateAdvice, Wait

NEAR_FASTEST = 1.1
"""Of the ways that take at most so many times as long as the fastest, the simplest is recommended."""
ARITHMETIC = 0.9
"""Where the fastest way takes this part of predict's frame or more, the call is the model's arithmetic."""


def unprovable(model: ModelFacts | None) -> str | None:
    """Return why no way to call can be recommended for a model, whatever was measured; None where one can."""
    if model is None:
        return "the outputs of predict could not be looked at, so no other way is known to give the same"
    if model.varying is not None and not model.state_matters:
        return f"the outputs are random: two predicts on the same input differ ({said(model.varying)})"
    if model.stateful or model.state_matters:
        which = f" ({', '.join(model.stateful)})" if model.stateful else ""
        return f"the model keeps state between calls{which}: what a call gives depends on those before it"
    if model.constant:
        return "the outputs do not vary with the input, so that being equal proves nothing"
    return None


def barred(found: CandidateAdvice, model: ModelFacts) -> str | None:
    """Return why one way to call is never recommended for this model; None where it may be."""
    way = candidate(found.id)
    if way.same_data:
        return f"only {way.condition}"
    if way.option == XLA and model.function_layers:
        return f"XLA may be silently wrong: the call of {model.function_layers[0]} is a tf.function itself"
    mixes = way.option == CALLS_PER_BATCH or way.id == "larger_batches"
    pads = way.pads and model.smallest_rows != model.largest_rows
    if model.batch_dependent is not None and (mixes or pads):
        return "what a row gives depends on the rows beside it"
    return None


def eligible(candidates: Sequence[CandidateAdvice]) -> list[CandidateAdvice]:
    """Return the ways that give the same and are faster by their whole interval, the fastest first."""
    chosen = [
        one
        for one in candidates
        if one.status == advising.OK
        and one.reason is None
        and one.outputs.equal
        and one.verdict == "differs"
        and one.ratio is not None
        and one.interval is not None
        and one.interval[1] < 1
    ]
    return sorted(chosen, key=lambda one: one.ratio or 0.0)


def choose(candidates: Sequence[CandidateAdvice]) -> CandidateAdvice | None:
    """Return the simplest of the ways that are about as fast as the fastest; None where nothing is gained."""
    ranked = eligible(candidates)
    if not ranked:
        return None
    fastest = ranked[0].ratio or 0.0
    near = [one for one in ranked if (one.ratio or 0.0) <= NEAR_FASTEST * fastest]
    return min(near, key=lambda one: simplicity(one.id))


def with_bars(candidates: Sequence[CandidateAdvice], model: ModelFacts | None) -> list[CandidateAdvice]:
    """Return the candidates, each that is never recommended for this model with the reason."""
    if model is None:
        return list(candidates)
    return [
        dataclasses.replace(one, reason=one.reason or barred(one, model))
        if one.status == advising.OK
        else one
        for one in candidates
    ]


def arithmetic(candidates: Sequence[CandidateAdvice]) -> float | None:
    """Return the part of predict's frame that no way to call avoids, a fraction of 1; None where unknown."""
    known = [
        one.ratio if one.frame_ratio is None else one.frame_ratio
        for one in candidates
        if one.outputs.equal and one.reason is None
    ]
    found = [one for one in known if one is not None]
    return min(1.0, *found) if found else None


def why(chosen: CandidateAdvice | None, candidates: Sequence[CandidateAdvice], wait: Wait | None) -> str:
    """Return why a way is recommended, or why none is."""
    share = arithmetic(candidates)
    if share is None or share < ARITHMETIC:
        return _of_the_framework(chosen, candidates)
    waits = [] if wait is None else [_waiting(wait)]
    if chosen is None:
        told = f"nothing to gain here: {share * 100:.0f} % of the call is your model's arithmetic"
        return "; ".join((told + (", all but the wait in predict's teardown" if waits else ""), *waits))
    part = f"{share * 100:.0f} % of the frame"
    told = f"all but the wait in predict's teardown is your model's arithmetic ({part})"
    return "; ".join((told, *waits, f"{chosen.id} avoids it and gives the same outputs"))


def _of_the_framework(chosen: CandidateAdvice | None, candidates: Sequence[CandidateAdvice]) -> str:
    """Return why a way is recommended, or none is, where a call is more than the model's arithmetic."""
    if chosen is None:
        return "; ".join(("nothing to gain here that was shown", *_not_shown(candidates)))
    ranked = eligible(candidates)
    fastest = ranked[0]
    told = f"{chosen.id} gives the same outputs ({chosen.outputs.note}) and is the fastest"
    if fastest.id != chosen.id:
        told = (
            f"{chosen.id} gives the same outputs ({chosen.outputs.note}) and is the simplest of the fastest"
        )
    return told


def _waiting(wait: Wait) -> str:
    return f"that wait takes {wait.milliseconds:.0f} ms in {wait.calls} of {wait.of_calls} calls"


def _not_shown(candidates: Sequence[CandidateAdvice]) -> Iterator[str]:
    """Yield what stood in the way of the ways that looked faster."""
    for one in candidates:
        if one.status != advising.OK or one.ratio is None or one.ratio >= 1:
            continue
        if one.outputs.equal is False:
            yield f"{one.id} gives other outputs"
        elif one.reason is not None:
            yield f"{one.id}: {one.reason}"
        elif one.verdict == "cannot tell":
            yield f"{one.id} may be faster, which more processes would tell"
