"""What a user asked for."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any

from ..protocol.errors import OptionError, UsageError
from ..protocol.instruments import DEFAULT_IDS, INSTRUMENT_IDS, SPEED, instrument
from ..protocol.options import option
from ..protocol.vocabulary import COMPILE_STATES, ENTRY_POINTS, nearest, require_workload

SMALLEST_EFFECT = 0.05
SMALLEST_GROWTH_KIB = 64.0
BUDGET_S = 8.0
MOST_PROCESSES = 10_000
MOST_CALLS = 100_000_000
MOST_ROWS = 1_000_000_000
MOST_SECONDS = 7 * 86400.0
"""A week for one variant; more is a slip of the hand."""

PYTHON, RELEASE, REVISION = "python", "tf", "git"
AGAINST_PREFIXES = (PYTHON, RELEASE, REVISION)
"""Before a colon they say what kind of thing a run is measured against."""

_MOST = {"rows": MOST_ROWS, "batch_sizes": MOST_ROWS, "processes": MOST_PROCESSES, "calls": MOST_CALLS}


def affinity() -> set[int]:
    """Return the cores that this process may use; empty where the system does not tell (macOS)."""
    return set(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else set()


@dataclass(frozen=True)
class Option:
    """How a field of a request reads on a command line.

    Attributes:
        flag: the option's name.
        metavar: what stands for its value in the help; None for a switch.
        help: one sentence.
        known: the words that it takes, or None.
        nothing_given: what stands for nothing given, in words; None where the default value says it.
    """

    flag: str
    metavar: str | None
    help: str
    known: tuple[str, ...] | None = None
    nothing_given: str | None = None

    @property
    def kind(self) -> str:
        """What one of its words is, like ``compile state``."""
        return self.flag.removeprefix("--").replace("-", " ")


def _option(default: Any, flag: str, metavar: str | None, help: str, **more: Any) -> Any:
    return field(default=default, metadata={"option": Option(flag, metavar, help, **more)})


@dataclass(frozen=True)
class Request:
    """What a user asked for; None or an empty tuple stands for the default.

    Every field but ``workloads`` is an option of the command line too (`OPTIONS`).

    Raises:
        OptionError: an unknown name, or a number that cannot be.
    """

    workloads: tuple[str, ...] = ()
    model: str | None = _option(
        None, "--model", "SPEC", "Your own model: a .keras or .h5 file, a SavedModel, or module:factory."
    )
    signature: str | None = _option(
        None,
        "--signature",
        "NAME",
        "Measure this signature of a SavedModel.",
        nothing_given="its Keras model where it can be loaded, else serving_default",
    )
    input: str | None = _option(
        None,
        "--input",
        "SPEC",
        "Its input: .npy, .npz, or module:function that gives arrays, a dataset, a Sequence or a generator.",
        nothing_given="drawn",
    )
    input_shape: tuple[str, ...] = _option(
        (),
        "--input-shape",
        "[NAME=]D,D",
        "The shape of a row where the model leaves it open; give it again for each input.",
    )
    rows: int | None = _option(None, "--rows", "N", "Rows of one call.", nothing_given="one batch")
    compile_states: tuple[str, ...] = _option(
        (), "--compile-state", "S,S", "uncompiled, compiled.", known=COMPILE_STATES, nothing_given="both"
    )
    entry_points: tuple[str, ...] = _option(
        (),
        "--entry-point",
        "E,E",
        "predict, predict_on_batch, call, function.",
        known=ENTRY_POINTS,
        nothing_given="predict; for speed the others too, on the compiled model",
    )
    batch_sizes: tuple[int, ...] = _option((), "--batch-size", "N,N", "Batch sizes.", nothing_given="32")
    instruments: tuple[str, ...] = _option(
        (),
        "--instrument",
        "I,I",
        f"{', '.join(INSTRUMENT_IDS)}.",
        known=INSTRUMENT_IDS,
        nothing_given=",".join(DEFAULT_IDS),
    )
    processes: int | None = _option(
        None,
        "--processes",
        "N",
        "Time each variant in exactly this many fresh processes; else measuring ends as verdicts stand.",
    )
    budget_s: float = _option(
        BUDGET_S,
        "--budget",
        "SECONDS",
        "Measured time of each variant under each instrument; a larger one gives more processes.",
    )
    longest_s: float | None = _option(
        None,
        "--longest",
        "SECONDS",
        "Time each workload until its verdicts stand or about this long has passed, whatever the budget.",
        nothing_given="by the budget",
    )
    calls: int | None = _option(None, "--calls", "N", "Exactly this many calls instead of a budget.")
    full: bool = _option(False, "--full", None, "The study's own counts: 1000 calls of tiny, 10 of medium.")
    python: str | None = _option(
        None, "--python", "PATH", "The interpreter to measure.", nothing_given="kprof's own"
    )
    against: str | None = _option(
        None,
        "--against",
        "SPEC",
        "Measure SPEC, the base, in turn with this, and compare: python:PATH, tf:RELEASE, git:REVISION of "
        "the factory's checkout, or another model.",
    )
    smallest_effect: float = _option(
        SMALLEST_EFFECT,
        "--smallest-effect",
        "FRACTION",
        "A smaller change does not matter to you: it counts as the same.",
    )
    smallest_growth_kib: float = _option(
        SMALLEST_GROWTH_KIB,
        "--smallest-growth",
        "KIB",
        "Resident memory that grows by less a call, in KiB, does not matter to you.",
    )
    pin: tuple[int, ...] = _option((), "--pin", "CPU,CPU", "Cores that the measured processes may use.")
    out: str | None = _option(
        None, "--out", "DIR", "Where runs are kept.", nothing_given="$KPROF_TRACES or ./traces"
    )

    def __post_init__(self) -> None:
        if self.model is not None and self.workloads:
            raise OptionError(
                "model",
                None,
                "is given instead of the built-in workloads",
                f"leave out {', '.join(self.workloads)}",
            )
        for name in ("input", "input_shape", "signature"):
            if getattr(self, name) and self.model is None:
                raise OptionError(name, None, "needs a model of your own", "name it as well")
        if self.input_shape and self.input is not None:
            raise OptionError(
                "input_shape", None, "says how input is drawn", f"leave it or {option('input')} out"
            )
        self.row_shapes()
        self._check_names()
        self._check_numbers()
        if self.against is not None:
            self._check_against(self.against)
        if self.full and self.calls is not None:
            raise OptionError(
                "full", None, f"cannot be given with {option('calls')}: both say how many", "give one of them"
            )

    def _check_names(self) -> None:
        for workload in self.workloads:
            require_workload(workload)
        _require_distinct("workload", self.workloads)
        for name, one in OPTIONS.items():
            if one.known is not None:
                _require_known(one.kind, getattr(self, name), one.known)

    def _check_against(self, against: str) -> None:
        if not any(SPEED in instrument(name).gives for name in self.instruments or DEFAULT_IDS):
            what = "compares times, which no instrument here measures"
            raise OptionError("against", against, what, f"give {option('instruments', 'wall')}")

    def _check_numbers(self) -> None:
        for name in ("batch_sizes", "pin"):
            numbers = getattr(self, name)
            if len(set(numbers)) != len(numbers):
                raise OptionError(name, ",".join(map(str, numbers)), "a number is given twice")
        for name, most in _MOST.items():
            value = getattr(self, name)
            for number in value if isinstance(value, tuple) else (value,):
                if number is not None and number < 1:
                    raise OptionError(name, number, "at least 1 is needed")
                if number is not None and number > most:
                    raise OptionError(name, number, f"at most {most} may be asked for")
        if not 0 < self.smallest_effect < 1:
            raise OptionError(
                "smallest_effect", f"{self.smallest_effect:g}", "a fraction between 0 and 1 is needed"
            )
        require_growth(self.smallest_growth_kib)
        if self.longest_s is not None and not 0 < self.longest_s <= MOST_SECONDS:
            what = f"more than 0 and at most {MOST_SECONDS:.0f} s are needed"
            raise OptionError("longest_s", f"{self.longest_s:g}", what)
        if not self.budget_s > 0:
            raise OptionError("budget_s", f"{self.budget_s:g}", "more than 0 seconds are needed")
        if self.budget_s > MOST_SECONDS:
            raise OptionError(
                "budget_s", f"{self.budget_s:g}", f"at most {MOST_SECONDS:.0f} s may be asked for"
            )

    def row_shapes(self) -> dict[str, list[int]]:
        """Return the shape of a row by the input's name; under "" that of the only input.

        Raises:
            OptionError: something else than dimensions, or two shapes for one input.
        """
        shapes: dict[str, list[int]] = {}
        for text in self.input_shape:
            name, _, dimensions = text.rpartition("=")
            try:
                shape = [int(one) for one in dimensions.split(",")]
            except ValueError:
                shape = [0]
            if min(shape) < 1:
                raise OptionError("input_shape", text, "give whole numbers, like 50,41 or name=50,41")
            if name in shapes or (shapes and "" in (name, *shapes)):
                raise OptionError("input_shape", text, "is the shape of an input that has one")
            shapes[name] = shape
        return shapes

    def require_usable_cores(self) -> None:
        """Raise `OptionError` for a core to pin to that this process may not use."""
        surplus = set(self.pin) - affinity() if self.pin else set()
        if surplus:
            raise OptionError("pin", min(surplus), "this process may not use that core")


OPTIONS: dict[str, Option] = {
    name: one.metadata["option"] for name, one in Request.__dataclass_fields__.items() if one.metadata
}
"""The options of a request by field."""


def _require_known(kind: str, values: tuple[str, ...], known: tuple[str, ...]) -> None:
    for value in values:
        if value not in known:
            raise UsageError(f"unknown {kind} {value!r}: {nearest(value, known)}")
    _require_distinct(kind, values)


def _require_distinct(kind: str, values: tuple[str, ...]) -> None:
    if len(set(values)) != len(values):
        raise UsageError(f"{kind} named twice: {', '.join(values)}")


def require_growth(kib: float) -> float:
    """Return a smallest growth, in KiB a call, that is above 0, else raise `OptionError`."""
    if not 0 < kib < float("inf"):
        raise OptionError("smallest_growth_kib", f"{kib:g}", "more than 0 is needed")
    return kib
