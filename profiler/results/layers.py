"""What a trace says of a model's layers, as one frozen document."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from ..attribution.foreign import trace_stacks
from ..attribution.trace import layers, sound_trace
from ..attribution.trace.layers import Layers
from ..attribution.trace.marked_calls import find_marks
from ..attribution.validated import INSTRUMENT, Subject
from ..protocol.scopes import ModelScopes
from ..protocol.vocabulary import counted
from ..readers.xplane import Trace
from ..runs import selection
from ..runs.record import Capture, RunRecord
from ..tables.layers import AMBIGUOUS, FUSED, GUESSED, PARTIAL
from ..tables.spec import Table

PS_A_MS = 1e9
NO_SCOPES = (
    "the trace came without the scopes of the model's layers, so that owners are guessed: these are names of"
    " scopes, which Keras 3 numbers anew (the layer dense may show as dense_1)"
)
OTHER_SCOPES = "the graph that ran has none of the scopes that the model's layers told: owners are guessed"


@dataclass(frozen=True)
class LayerTime:
    """The time of one use of a layer, or of what belongs to no layer.

    Attributes:
        layer: names of the models that it lies in and its own, like ``encoder/dense``; None: no layer.
        use, uses: which use of the layer it is, and how many there are; 0 for no layer.
        class_name, parameters: the layer's class and number of weights; None where unknown.
        scope: the name scope that its kernels carry; None for no layer.
        ms: time a call with its kernels, divided where those of several layers ran.
        share_of_compute: that over the time with any kernel of the model; None where there was none.
        share_of_calls: that over the call window.
        entries_per_call: how often its kernel ran a call that ran least often; None for no layer, and where
            several calls of the layer have one scope.
        kernels_per_call: its kernels' executions a call.
        certainty: one of `tables.layers.CERTAINTIES`.
    """

    layer: str | None
    use: int
    uses: int
    class_name: str | None
    parameters: int | None
    scope: str | None
    ms: float
    share_of_compute: float | None
    share_of_calls: float
    entries_per_call: float | None
    kernels_per_call: float
    certainty: str


@dataclass(frozen=True)
class LayersReport:
    """The layers of a model within the calls of a trace.

    Attributes:
        subject: what the trace is of.
        table: `tables.layers.LAYERS`.
        calls: how many calls there are.
        window_ms: a call, in ms.
        compute: the share of the calls in which some kernel of the model ran.
        layers: those with the most time first, what belongs to none of them last.
        idle: layers of the model that ran no kernel of their own.
        remarks: what the trace cannot tell.
    """

    subject: Subject
    table: Table
    calls: int
    window_ms: float
    compute: float
    layers: tuple[LayerTime, ...]
    idle: tuple[str, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class Chosen:
    """The layers of a run's variant, and a line on what came before it but cannot be shown."""

    report: LayersReport
    skipped: str | None


def of_run(run: RunRecord, variant: str | None) -> Chosen:
    """Return the layers of a variant.

    Args:
        run: the run.
        variant: ``ID`` or ``ENV:ID``; None for the first that has a sound trace, tiny's compiled predict
            before others.

    Raises:
        UsageError: no such variant, or several environments have it.
        RunError: no sound trace of it.
    """
    chosen = selection.first(run, variant, {INSTRUMENT: of_capture})
    return Chosen(chosen.found, chosen.skipped)


def of_capture(capture: Capture) -> LayersReport:
    """Return the layers of a ``tfprofiler`` capture.

    Raises:
        KprofError: it has no sound trace; the text says why.
    """
    sound = sound_trace.load(capture)
    told = capture.scopes()
    known = None if told is None else told.layers
    found = layers.measure(sound.trace, find_marks(sound.trace, sound.mark), known)
    title = f"layers of {capture.variant.id} on {capture.environment} under {capture.instrument}"
    subject = Subject(title, capture.environment, capture.variant.id, capture.instrument)
    return _report(subject, found, told)


def of_trace(trace: Trace, name: str) -> LayersReport:
    """Return the layers of a trace that someone else made, within the calls that it names.

    Args:
        trace: the trace.
        name: what the file is called.

    Raises:
        Unusable: it is empty or damaged, or its frames cannot be what ran.
    """
    windows = trace_stacks.sound_windows(trace, name)
    found = layers.measure(trace, windows.marks, None)
    title = f"layers of {windows.name} ({windows.kind}) in {name} under {INSTRUMENT}"
    return _report(Subject(title, None, None, INSTRUMENT), found, None)


def _report(subject: Subject, found: Layers, told: ModelScopes | None) -> LayersReport:
    rows = tuple(_rows(found))
    shown = {row.layer for row in rows}
    known = [] if told is None else [one.path for one in told.layers if one.path]
    idle = tuple(
        path
        for path in dict.fromkeys(known)
        if path not in shown and not any(other.startswith(f"{path}/") for other in known)
    )
    return LayersReport(
        subject,
        found.table,
        found.calls,
        found.window_ps / found.calls / PS_A_MS,
        found.compute,
        rows,
        idle,
        tuple(_remarks(found, rows, told)),
    )


def _rows(found: Layers) -> Iterator[LayerTime]:
    table = found.table
    texts = (table.coded(name).decode() for name in ("layer", "class_name", "scope", "certainty"))
    counts = (table.array(name).tolist() for name in ("use", "uses"))
    numbers = (
        table.array(name).tolist()
        for name in (
            *("parameters", "compute_ps", "share_of_compute", "share_of_calls"),
            *("entries_per_call", "kernels_per_call"),
        )
    )
    for of_row in zip(*texts, *counts, *numbers, strict=True):
        layer, kind, scope, certainty, use, uses, parameters, ps, of_compute, of_calls, entries, kernels = (
            of_row
        )
        yield LayerTime(
            layer=layer if use else None,
            use=use,
            uses=uses,
            class_name=kind or None,
            parameters=None if math.isnan(parameters) else int(parameters),
            scope=scope if use else None,
            ms=ps / found.calls / PS_A_MS,
            share_of_compute=_known(of_compute),
            share_of_calls=of_calls,
            entries_per_call=_known(entries),
            kernels_per_call=kernels,
            certainty=certainty,
        )


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value


def _remarks(found: Layers, rows: tuple[LayerTime, ...], told: ModelScopes | None) -> Iterator[str]:
    """Yield what the trace cannot tell, the gravest first."""
    certainties = {row.certainty for row in rows}
    named = [row for row in rows if row.layer is not None]
    if found.programs:
        per_call = counted(found.programs, "program")
        yield f"{per_call} of XLA ran, which fuse kernels of several layers: their time belongs to no layer"
    if found.eager:
        yield f"{counted(found.eager, 'operation')} ran eagerly, whose kernels name no layer"
    if not found.table.array("kernels_per_call").any():
        yield "no kernel of the model ran within the calls"
    elif not named and not found.programs and not found.eager:
        yield "no kernel that ran is named by the scope of a layer"
    if told is not None and told.error is not None:
        yield f"the model's layers could not be told, so that owners are guessed: {told.error}"
    elif GUESSED in certainties:
        yield NO_SCOPES if told is None else OTHER_SCOPES
    if FUSED in certainties:
        yield "fused: TensorFlow fused operations of a layer before them into these kernels"
    if PARTIAL in certainties:
        yield (
            "partial: only the reading of their weights carries the scope of these layers; their arithmetic"
            " is in a fused row, or in (no layer) where it ran as a function (Keras 2's LSTM and GRU)"
        )
    several = [] if told is None else [one.path for one in told.layers if one.shares_scopes]
    together = [one.layer for one in named if one.layer in several]
    if together:
        yield f"all calls of {', '.join(sorted(filter(None, together)))} have one scope, and so one row"
    if AMBIGUOUS in certainties:
        yield "ambiguous: several layers have the same name scope, and their kernels cannot be told apart"
