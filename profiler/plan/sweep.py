"""What a sweep goes over: one axis, the sizes on it, and what is called at each."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from ..protocol.errors import OptionError, UsageError
from ..protocol.vocabulary import (
    COMPILE_STATES,
    ENTRY_POINTS,
    MOST_WIDTH,
    SCALABLE,
    Variant,
    require_workload,
    scaled,
)
from .estimate import BUILT_IN, CallCost
from .processes import BATCH_SIZE, workload_name
from .request import MOST_PROCESSES, MOST_ROWS, MOST_SECONDS, Request

ROWS, BATCH, WIDTH, MODEL = "rows", "batch size", "width", "model"
PROCESSES = 3
BUDGET_S = 300.0
POINTS = 6
MOST_POINTS = 200
# The rows of quick models by default; of slow ones so many that a call takes about this long.
ROWS_OF_QUICK, LONG_CALL_S = 4096, 2.0
WIDTHS = (8, 1024)


@dataclass(frozen=True)
class Sizes:
    """Sizes of an axis: those that are listed, or a range that is filled on a log grid.

    Raises:
        ValueError: a size below 1, a range that ends before it begins, or neither.
    """

    listed: tuple[int, ...] = ()
    low: int | None = None
    high: int | None = None

    def __post_init__(self) -> None:
        ends = [one for one in (self.low, self.high) if one is not None]
        if bool(self.listed) == (len(ends) == 2) or len(ends) == 1:
            raise ValueError("give sizes, or where they begin and end")
        if not 1 <= min(*self.listed, *ends, MOST_ROWS) <= max(*self.listed, *ends, 1) <= MOST_ROWS:
            raise ValueError(f"a size is 1 to {MOST_ROWS}")
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise ValueError(f"{self.low}..{self.high} ends before it begins")
        if len(set(self.listed)) != len(self.listed):
            raise ValueError("a size is given twice")

    def grid(self, points: int) -> tuple[int, ...]:
        """Return the sizes in order; a range has about so many whole ones, evenly apart in logarithms."""
        if self.low is None or self.high is None:
            return tuple(sorted(self.listed))
        return between(self.low, self.high, points)


def between(low: int, high: int, points: int) -> tuple[int, ...]:
    """Return whole sizes from ``low`` to ``high``, both included, evenly apart in logarithms, each once."""
    step = (high / low) ** (1 / max(1, points - 1))
    return tuple(dict.fromkeys([low, *(round(low * step**n) for n in range(1, points - 1)), high]))


def sizes(text: str, option: str) -> Sizes:
    """Return sizes that are given as ``1,8,64`` or ``1..64``.

    Args:
        text: what was given.
        option: the field that it was given for.

    Raises:
        OptionError: something else.
    """
    try:
        ends = re.fullmatch(r"\s*(\d+)\s*\.\.\s*(\d+)\s*", text)
        if ends:
            return Sizes(low=int(ends[1]), high=int(ends[2]))
        if not re.fullmatch(r"\s*\d+\s*(,\s*\d+\s*)*", text):
            raise ValueError("give whole numbers, like 1,8,64 or 1..64")
        return Sizes(tuple(int(word) for word in text.split(",")))
    except ValueError as error:
        raise OptionError(option, text, str(error)) from error


def given(option: str, value: str | int | Iterable[int] | None) -> Sizes | None:
    """Return sizes that are given as text, as one number or as several; None where nothing was given.

    Raises:
        OptionError: something else.
    """
    if value is None:
        return None
    several = (value,) if isinstance(value, (str, int)) else value
    return sizes(",".join(map(str, several)), option)


@dataclass(frozen=True)
class SweepRequest:
    """What a user asked to sweep; None stands for the default.

    Attributes:
        base: what is measured at every point: the workload or the first model, states, ways, and where.
        beside: more models of the user's, beside the first.
        rows, batch_sizes, widths: of one call; one of them may have several sizes, which are swept.
        points: how many sizes a range has at first.
        processes: how many fresh processes measure each point of the first round, at least.
        budget_s: what the processes may take together; further rounds spend what the first one leaves.

    Raises:
        OptionError: two axes at once, an option that does not fit, or a number that cannot be.
        UsageError: an unknown workload.
    """

    base: Request = field(default_factory=Request)
    beside: tuple[str, ...] = ()
    rows: Sizes | None = None
    batch_sizes: Sizes | None = None
    widths: Sizes | None = None
    points: int = POINTS
    processes: int = PROCESSES
    budget_s: float = BUDGET_S

    def __post_init__(self) -> None:
        swept = [name for name in ("rows", "batch_sizes", "widths") if several(getattr(self, name))]
        if len(swept) > 1 or (swept and self.beside):
            raise OptionError(
                swept[-1], None, "is a second axis: a sweep has one", "give one size of all the others"
            )
        if self.widths is not None and not self.scalable:
            raise OptionError("size", None, f"only the workload {SCALABLE} has one", f"sweep {SCALABLE}")
        if self.widths is not None and max(self.widths.listed or (self.widths.high or 1,)) > MOST_WIDTH:
            raise OptionError("size", None, f"a width is at most {MOST_WIDTH}")
        for name, least, most in (("points", 2, MOST_POINTS), ("processes", 1, MOST_PROCESSES)):
            if not least <= getattr(self, name) <= most:
                raise OptionError(name, getattr(self, name), f"{least} to {most} may be")
        if not 0 < self.budget_s <= MOST_SECONDS:
            what = f"more than 0 and at most {MOST_SECONDS:.0f} s are needed"
            raise OptionError("budget_s", f"{self.budget_s:g}", what)
        names = self.workloads
        if len(set(names)) != len(names):
            raise OptionError("model", None, f"two models would be called {names[-1]}", "rename one")

    @property
    def scalable(self) -> bool:
        """Whether it is of the built-in workload of any width, with no width in its name."""
        return self.base.model is None and self.base.workloads == ()

    @property
    def axis(self) -> str:
        """What is swept: `ROWS`, `BATCH`, `WIDTH` or `MODEL`."""
        if self.beside:
            return MODEL
        if several(self.batch_sizes):
            return BATCH
        if self.scalable and not several(self.rows):
            return WIDTH
        return ROWS

    @property
    def workloads(self) -> tuple[str, ...]:
        """The names of what is measured, but for the widths of the scalable workload."""
        if self.base.model is not None:
            return tuple(workload_name(one) for one in (self.base.model, *self.beside))
        return self.base.workloads or (SCALABLE,)

    def grid(self, given: CallCost | None = None) -> tuple[int, ...]:
        """Return the sizes of the first round, in order; of models their places.

        Args:
            given: what is known of the first model of the user's.
        """
        if self.axis == MODEL:
            return tuple(range(len(self.workloads)))
        if self.axis == WIDTH:
            return (self.widths or Sizes(low=WIDTHS[0], high=WIDTHS[1])).grid(self.points)
        if self.axis == BATCH and self.batch_sizes is not None:
            return self.batch_sizes.grid(self.points)
        if self.rows is not None:
            return self.rows.grid(self.points)
        known = given or BUILT_IN.get(self.workloads[0])
        # what the model takes of a call of one batch
        model_s = 0.0 if known is None else known.predict_s - BUILT_IN["tiny"].predict_s
        top = min(ROWS_OF_QUICK, max(BATCH_SIZE, int(BATCH_SIZE * LONG_CALL_S / max(model_s, 1e-3))))
        return Sizes(low=1, high=top).grid(self.points)

    @property
    def bounded(self) -> bool:
        """Whether the user said where the sizes end."""
        given = {ROWS: self.rows, BATCH: self.batch_sizes, WIDTH: self.widths, MODEL: None}[self.axis]
        return given is not None or self.axis in (MODEL, BATCH)

    def ways(self) -> tuple[tuple[str, str], ...]:
        """Return compile state and entry point of what is measured at a point; predict is always there.

        The other entry points are called on the compiled model, or the only state that was asked for.
        """
        states = self.base.compile_states or COMPILE_STATES
        entries = dict.fromkeys(("predict", *(self.base.entry_points or ENTRY_POINTS)))
        last = states[-1] if "compiled" not in states else "compiled"
        predict = [(state, "predict") for state in states]
        return (*predict, *((last, entry) for entry in entries if entry != "predict"))

    @property
    def baseline(self) -> tuple[str, str]:
        """The way that the others are compared with: predict of the compiled model, or of the only state."""
        return next(way for way in reversed(self.ways()) if way[1] == "predict")

    def variant(self, size: int, way: tuple[str, str]) -> Variant:
        """Return what is called at a size in one way."""
        state, entry_point = way
        fixed_rows, fixed_batch = single(self.rows), single(self.batch_sizes)
        if self.axis == MODEL:
            batch = fixed_batch or BATCH_SIZE
            return Variant(self.workloads[size], state, entry_point, batch, fixed_rows or batch)
        if self.axis == WIDTH:
            batch = fixed_batch or BATCH_SIZE
            return Variant(scaled(size), state, entry_point, batch, fixed_rows or batch)
        name = self.workloads[0] if not self.scalable else scaled(single(self.widths) or 256)
        if self.axis == BATCH:
            return Variant(name, state, entry_point, size, fixed_rows or max(self.grid()))
        return Variant(name, state, entry_point, fixed_batch or min(size, BATCH_SIZE), size)


def request(workload: str | None, base: Request, **given: object) -> SweepRequest:
    """Return the sweep of a workload by its name, ``mlp`` included; without one that of tiny, or of a model.

    Raises:
        OptionError: as `SweepRequest`.
        UsageError: an unknown workload.
    """
    if base.model is not None:
        if workload is not None:
            raise OptionError("model", None, "is given instead of a workload", f"leave out {workload}")
        return SweepRequest(base, **given)  # type: ignore[arg-type]
    name = workload or "tiny"
    if name == SCALABLE:
        return SweepRequest(base, **given)  # type: ignore[arg-type]
    return SweepRequest(replace(base, workloads=(require_workload(name),)), **given)  # type: ignore[arg-type]


def several(given: Sizes | None) -> bool:
    """Return whether sizes are an axis: more than one of them."""
    return given is not None and len(given.listed) != 1


def single(given: Sizes | None) -> int | None:
    """Return the only size; None where none or several were given."""
    return given.listed[0] if given is not None and len(given.listed) == 1 else None


def require_sweepable(asked: SweepRequest, name: str, batch_size: int | None, rows: int | None) -> None:
    """Raise `UsageError` where a model or its input demands what the axis would change.

    Args:
        asked: the sweep.
        name: the workload.
        batch_size: the batch size that it demands, or None.
        rows: the rows that a call has to take, or None.
    """
    if rows is not None and asked.axis in (ROWS, BATCH):
        raise UsageError(f"its input gives {rows} rows a call, so {asked.axis} cannot be swept", name)
    if batch_size is not None and asked.axis == BATCH:
        raise UsageError(f"takes batches of {batch_size} alone, so batch size cannot be swept", name)
    if batch_size is not None and single(asked.batch_sizes) != batch_size:
        raise UsageError(
            f"takes batches of {batch_size} alone", name, f"give that as batch size: {batch_size}"
        )
