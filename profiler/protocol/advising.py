"""What a worker leaves of each way to call that it tried: costs that come once, memory, equal outputs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import List, Optional

from .outputs import OutputArray, OutputDifference

OK = "ok"
FAILED = "failed"
TIMEOUT = "timeout"
MISSING = "not installed"
UNSUITABLE = "not applicable"
STATUSES = (OK, FAILED, TIMEOUT, MISSING, UNSUITABLE)

EXIT_STUCK = 75
"""The exit code of a worker that ended itself since a candidate took too long."""


@dataclass(frozen=True)
class Doing:
    """``doing.json``: what a worker does at this moment; the one to blame where it ends."""

    candidate: str
    step: str
    limit_s: float


@dataclass(frozen=True)
class Compared:
    """The outputs of a candidate on one input, against predict's."""

    input: str
    difference: OutputDifference


@dataclass(frozen=True)
class ModelFacts:
    """What was found of a model that decides which calls can give the same.

    Attributes:
        rows: of the calls that were measured, in order; every candidate takes the same.
        sizes: how many different numbers of rows there can be.
        smallest_rows, largest_rows: the smallest and the largest of them.
        arrays: predict's outputs.
        varying: how outputs of two predicts on one input differ, where they do.
        stateful: the layers that keep state between calls.
        state_matters: whether outputs are the same once that state is reset.
        constant: whether other input gives the same outputs, so that equality proves nothing.
        batch_dependent: how outputs of some rows differ when they are predicted alone, where they do.
        training_layers: those that behave differently in training.
        function_layers: those whose ``call`` is a ``tf.function`` itself.
        structured: whether the input is several arrays.
    """

    rows: List[int]
    sizes: int
    smallest_rows: int
    largest_rows: int
    arrays: List[OutputArray] = field(default_factory=list)
    varying: Optional[OutputDifference] = None
    stateful: List[str] = field(default_factory=list)
    state_matters: bool = False
    constant: bool = False
    batch_dependent: Optional[OutputDifference] = None
    training_layers: List[str] = field(default_factory=list)
    function_layers: List[str] = field(default_factory=list)
    structured: bool = False


@dataclass(frozen=True)
class CandidateFacts:
    """``candidate.json``: what a candidate needs besides its calls.

    Attributes:
        status: one of `STATUSES`.
        start_ns: what it takes until the first outputs are there: an export, tracing, the first call.
        steady_ns: a later call.
        one_time_ns: all that comes once: what starting takes beyond a later call, and the same of the first
            call of each size.
        held_bytes: what the process's resident memory grew by until then; None where that is unknown.
        inputs_per_call: how many of the user's inputs one timed call takes.
        compared: its outputs against predict's; empty where this process did not compare them.
        outputs_error: why they could not be compared.
        model: of the baseline, where this process looked at it.
    """

    status: str
    reason: Optional[str] = None
    start_ns: int = 0
    steady_ns: int = 0
    one_time_ns: int = 0
    held_bytes: Optional[int] = None
    inputs_per_call: int = 1
    compared: List[Compared] = field(default_factory=list)
    outputs_error: Optional[str] = None
    model: Optional[ModelFacts] = None

    def __post_init__(self) -> None:
        if self.status not in STATUSES:
            raise ValueError(f"status is {self.status!r}, one of {', '.join(STATUSES)} is needed")
        if min(self.start_ns, self.steady_ns, self.one_time_ns) < 0:
            raise ValueError("a time is negative")
        if self.inputs_per_call < 1:
            raise ValueError(f"inputs_per_call is {self.inputs_per_call}, at least 1 is needed")
