"""What `advise` tries: the candidates, the rows of each call, and the processes that measure them."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, replace

from ..protocol.candidates import BASELINE, CALLS_PER_BATCH, CANDIDATES, EXTRAS, XLA, Candidate
from ..protocol.errors import OptionError
from ..protocol.proving import WALL
from ..protocol.vocabulary import Variant, counted
from .estimate import FIRST_CALL_EXTRA_S, START_S, CallCost, minutes
from .processes import BATCH_SIZE, CapturePlan, ProcessPlan, workload_name
from .request import MOST_ROWS, Request

PROCESSES = 3
BUDGET_S = 3.0
# So many numbers of rows are drawn for a process, and so many different ones are planned for.
DRAWN = 24
MOST_SIZES = 10_000
# Of slow calls a process measures so few.
SLOW_CALLS = 2
SLOW_CALLS_OF_BASELINE = 3
# A candidate may take so long for each of its steps, and so many calls' time.
LIMIT_S = 120.0
LIMIT_CALLS = 40
# About so many calls compare outputs, and so many look at the model.
CALLS_TO_COMPARE = 5
CALLS_TO_LOOK_AT = 10
_RANGE = re.compile(r"(\d+)\.\.(\d+)")


@dataclass(frozen=True)
class Sizes:
    """The numbers of rows that a call can have: one, a range, or a list.

    Raises:
        OptionError: a number that cannot be.
    """

    values: tuple[int, ...]
    text: str

    def __post_init__(self) -> None:
        for one in self.values:
            if not 1 <= one <= MOST_ROWS:
                raise OptionError("rows", self.text, f"1 to {MOST_ROWS} rows may be asked for")
        if len(self.values) > MOST_SIZES:
            raise OptionError("rows", self.text, f"at most {MOST_SIZES} different numbers may be asked for")

    @property
    def vary(self) -> bool:
        """Whether calls have different numbers of rows."""
        return len(set(self.values)) > 1

    def drawn(self, seed: int) -> list[int]:
        """Return the rows of the calls of one process, drawn from a seed; the same for every candidate."""
        if not self.vary:
            return [self.values[0]]
        draw = random.Random(seed)
        return [draw.choice(self.values) for _ in range(DRAWN)]


def sizes(text: str) -> Sizes:
    """Return what ``--rows`` means: ``32``, ``1..100`` or ``1,8,32``.

    Raises:
        OptionError: it means nothing.
    """
    found = _RANGE.fullmatch(text.replace(" ", ""))
    if found:
        low, high = int(found[1]), int(found[2])
        if low > high:
            raise OptionError("rows", text, f"a range begins with its smaller end: {high}..{low}")
        if high - low >= MOST_SIZES:
            raise OptionError("rows", text, f"at most {MOST_SIZES} different numbers may be asked for")
        return Sizes(tuple(range(low, high + 1)), text)
    try:
        return Sizes(tuple(int(word) for word in text.split(",")), text)
    except ValueError as error:
        raise OptionError("rows", text, "give a number, a range like 1..100 or a list like 1,8,32") from error


@dataclass(frozen=True)
class Asked:
    """What is to be advised on.

    Attributes:
        request: the workload or model, and the interpreter.
        rows: of a call; None for one batch.
        calls_per_batch: how many inputs are at hand at once; None where one at a time is.
        xla: whether candidates that XLA compiles are tried.
        extras: whether other runtimes are tried.

    Raises:
        OptionError: nothing to call, or a number that cannot be.
    """

    request: Request
    rows: Sizes | None = None
    calls_per_batch: int | None = None
    xla: bool = False
    extras: bool = False

    def __post_init__(self) -> None:
        if not self.request.workloads and self.request.model is None:
            what = "names what you call: your own model, or a WORKLOAD (tiny or medium)"
            raise OptionError("model", None, what, "give one of them")
        if len(self.request.workloads) > 1:
            raise OptionError("workloads", None, "is one at a time", f"try {self.request.workloads[0]}")
        if self.calls_per_batch is not None and not 2 <= self.calls_per_batch <= MOST_ROWS:
            raise OptionError("calls_per_batch", self.calls_per_batch, "at least 2 are needed")

    @property
    def workload(self) -> str:
        """The name of the workload."""
        if self.request.model is not None:
            return workload_name(self.request.model)
        return self.request.workloads[0]

    def candidates(self) -> tuple[Candidate, ...]:
        """Return what is tried, the baseline first."""
        given = {XLA: self.xla, EXTRAS: self.extras, CALLS_PER_BATCH: self.calls_per_batch is not None}
        return tuple(one for one in CANDIDATES if one.option is None or given[one.option])


@dataclass(frozen=True)
class AdvicePlan:
    """The processes of a trial: those of all candidates that share one, and those of each other.

    Attributes:
        asked: what was asked for.
        sizes: the rows that calls can have.
        processes: in the order in which they run.
        repetitions: how many of them in a row measure the same.
        limit_s: how long a step of a candidate may take.
    """

    asked: Asked
    sizes: Sizes
    processes: tuple[ProcessPlan, ...]
    repetitions: int
    limit_s: float

    def compares(self, process: ProcessPlan) -> bool:
        """Return whether a process compares outputs: the first of those that measure the same."""
        return process.number % self.repetitions == 0

    @property
    def variants(self) -> tuple[Variant, ...]:
        """What is called, the baseline first."""
        return tuple(dict.fromkeys(one.variant for part in self.processes for one in part.captures))

    @property
    def estimate_s(self) -> float:
        """The estimated time of all processes, in s."""
        return START_S + sum(process.estimate_s for process in self.processes)

    def describe(self) -> str:
        """Return the plan as text."""
        first = self.variants[0]
        rows = f"{self.sizes.text} rows a call, drawn anew" if self.sizes.vary else counted(first.rows, "row")
        names = ", ".join(variant.entry_point for variant in self.variants[1:])
        count = counted(len(self.processes), "process").replace("processs", "processes")
        return "\n".join(
            (
                f"Plan: {first.workload}, {rows}, {count}, about {minutes(self.estimate_s)}",
                f"  against predict: {names}",
            )
        )


def make(asked: Asked, cost: CallCost, compile_state: str = "compiled") -> AdvicePlan:
    """Return the plan of a trial.

    Args:
        asked: what was asked for.
        cost: what is known of a call.
        compile_state: of the model.

    Raises:
        OptionError: rows that a model with a batch size of its own cannot take.
    """
    batch_size = cost.batch_size or next(iter(asked.request.batch_sizes), BATCH_SIZE)
    wanted = asked.rows or Sizes((cost.rows or batch_size,), str(cost.rows or batch_size))
    if cost.batch_size is not None and set(wanted.values) != {cost.batch_size}:
        raise OptionError("rows", wanted.text, f"the model takes {cost.batch_size} rows a call and no others")
    variant = Variant(asked.workload, compile_state, BASELINE, batch_size, max(wanted.values))
    count = asked.request.processes or PROCESSES
    processes: list[ProcessPlan] = []
    for group in _groups(asked.candidates()):
        captures = tuple(_capture(asked, variant, one, cost, count) for one in group)
        for repetition in range(count):
            # the baseline is in all groups, and each of its captures is a repetition of its own
            number = len(processes)
            made = ProcessPlan(number, variant.workload, number, captures, 0.0)
            processes.append(replace(made, estimate_s=_estimate_s(made, cost, repetition == 0)))
    return AdvicePlan(asked, wanted, tuple(processes), count, LIMIT_S + LIMIT_CALLS * cost.predict_s)


def _groups(chosen: tuple[Candidate, ...]) -> list[tuple[Candidate, ...]]:
    """Return the candidates that share a process: those that can, and each other one with the baseline."""
    baseline = chosen[0]
    together = tuple(one for one in chosen if not one.apart)
    return [together, *((baseline, one) for one in chosen if one.apart)]


def _capture(asked: Asked, baseline: Variant, one: Candidate, cost: CallCost, count: int) -> CapturePlan:
    calls = asked.request.calls
    if calls is None and cost.slow:
        calls = SLOW_CALLS_OF_BASELINE if one.id == BASELINE else SLOW_CALLS
    inputs = (asked.calls_per_batch or 1) if one.option == CALLS_PER_BATCH else 1
    variant = baseline.differing(entry_point=one.id, rows=baseline.rows * inputs)
    return CapturePlan(variant, WALL, calls, asked.request.budget_s / count)


def _estimate_s(process: ProcessPlan, cost: CallCost, compares: bool) -> float:
    total = START_S
    for one in process.captures:
        call_s = cost.predict_s if one.variant.entry_point == BASELINE else cost.other_s
        measured = one.calls * call_s if one.calls is not None else min(one.budget_s, 200 * call_s)
        first = FIRST_CALL_EXTRA_S + 4 * call_s
        total += measured + first + compares * CALLS_TO_COMPARE * call_s
    return total + compares * CALLS_TO_LOOK_AT * cost.predict_s
