"""Makes the advice of a run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from ..protocol.advising import ModelFacts
from ..protocol.candidates import candidate
from ..protocol.vocabulary import counted
from ..results import frames
from ..results.outputs import said
from ..runs import record
from . import candidates, recommendation
from .candidates import Trial
from .diff import Line, unified
from .document import Advice, CandidateAdvice, Gain, Wait


def build(path: Path) -> Advice:
    """Return the advice of a run that `kprof advise` made, as far as it was measured.

    Raises:
        RunError: no such run, or one of another kind.
    """
    tried = candidates.trial(record.read(path))
    model = tried.model
    found = recommendation.with_bars([candidates.of(tried, one) for one in tried.others], model)
    wait = _wait(tried)
    refused = recommendation.unprovable(model)
    chosen = None if refused else recommendation.choose(found)
    return Advice(
        baseline=tried.baseline.entry_point,
        candidates=tuple(found),
        recommended=None if chosen is None else chosen.id,
        gain=_gain(chosen),
        condition=None if chosen is None else _condition(chosen, tried, model),
        diff=None if chosen is None else unified(candidate(chosen.id), _line(model)),
        why=f"no recommendation: {refused}" if refused else recommendation.why(chosen, found, wait),
        environment=tried.environment,
        workload=tried.baseline.workload,
        rows=_rows(tried, model),
        baseline_ms=candidates.baseline_ms(tried),
        wait=wait,
        notes=tuple(_notes(model, tried)),
    )


def _gain(chosen: CandidateAdvice | None) -> Gain | None:
    if chosen is None or chosen.ratio is None:
        return None
    interval = None if chosen.interval is None else (1 / chosen.interval[1], 1 / chosen.interval[0])
    return Gain(1 / chosen.ratio, interval)


def _rows(tried: Trial, model: ModelFacts | None) -> str:
    if model is None or model.smallest_rows == model.largest_rows:
        return counted(tried.baseline.rows, "row")
    return f"{model.smallest_rows} to {model.largest_rows} rows"


def _condition(chosen: CandidateAdvice, tried: Trial, model: ModelFacts | None) -> str:
    """Return under which condition a recommendation holds: no further than it was measured."""
    parts = [f"at {_rows(tried, model)} a call", candidate(chosen.id).condition]
    return "; ".join(filter(None, parts))


def _line(model: ModelFacts | None) -> Line:
    if model is None:
        return Line()
    return Line(
        several_inputs=model.structured,
        several_outputs=len(model.arrays) > 1 or any(one.name for one in model.arrays),
        vary=model.smallest_rows != model.largest_rows,
    )


def _wait(tried: Trial) -> Wait | None:
    """Return what a wait in predict's teardown costs; None where its calls have one mode."""
    split = frames.split(tried.run.of(tried.environment, tried.baseline))
    if split is None or len(split.modes) < 2:
        return None
    short, long = split.modes
    return Wait(long.teardown_ms - short.teardown_ms, long.calls, short.calls + long.calls)


def _notes(model: ModelFacts | None, tried: Trial) -> Iterator[str]:
    """Yield what is to be known of the model before its call is replaced."""
    if model is None:
        return
    if model.training_layers:
        yield (
            f"behave differently in training: {_listed(model.training_layers)}; "
            "every way here calls them as in inference"
        )
    if model.function_layers:
        yield f"their call is a tf.function itself: {_listed(model.function_layers)}"
    if model.batch_dependent is not None:
        yield (
            "what a row gives depends on the rows beside it "
            f"({said(model.batch_dependent)}): other batches give other outputs"
        )
    for one in model.arrays:
        if one.alike is not None:
            yield f"all values of the outputs{' ' + one.name if one.name else ''} are {one.alike}"


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:5])
    return shown if len(names) <= 5 else f"{shown} and {len(names) - 5} more"
