"""Every name that a gate knows: what it means, its unit, and where it is read from."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...catalogue import catalogue
from ...protocol.instruments import INSTRUMENTS, SHARES
from ...protocol.vocabulary import COMPILE_STATES, ENTRY_POINTS, nearest
from ...results import growth, outputs
from ...statistics import CANNOT_TELL
from ...statistics.verdicts import DIFFERS, SAME
from ..internals import CAME, WENT
from . import reading
from .reading import Reader

NUMBER, WORD, FLAG = "number", "word", "flag"
# Units: a fraction of 1, a quotient of two times, ms, a count, a size in bytes.
FRACTION, RATIO, MS, COUNT, BYTES, NO_UNIT = "fraction", "ratio", "ms", "count", "bytes", ""

INTERNAL, INSTRUMENT, GROWING = "INTERNAL", "INSTRUMENT", "WHAT"
PRESENCES = ("present", "not called", "absent", "unknown")
STATUSES = ("ok", "failed", "timeout", "unsound", "missing")
VERDICTS = (DIFFERS, SAME, CANNOT_TELL)


@dataclass(frozen=True)
class Quantity:
    """Something that a condition can be about.

    Attributes:
        head: the fixed beginning of its name.
        kind: `NUMBER`, `WORD` or `FLAG` (yes or no).
        unit: of a number.
        meaning: one line.
        read: gives what a subject's is.
        compared: whether it is of a variant beside another one.
        parts: what follows the head, joined by dots.
        optional: so many of the parts, from the end, may be left out.
        words: those that it can be; none where any may be.
        alone: whether the name alone asks if a number is above 0.
        most: no value is larger; None where nothing bounds it.
        of_shares: whether it is read from what instruments that give shares have captured.
    """

    head: str
    kind: str
    unit: str
    meaning: str
    read: Reader
    compared: bool = False
    parts: tuple[str, ...] = ()
    optional: int = 0
    words: tuple[str, ...] = ()
    alone: bool = False
    most: float | None = None
    of_shares: bool = False

    @property
    def name(self) -> str:
        """Its name with what stands for its parts, as ``share.INTERNAL[.INSTRUMENT]``."""
        needed = len(self.parts) - self.optional
        rest = "".join(f"[.{part}]" for part in self.parts[needed:])
        return ".".join((self.head, *self.parts[:needed])) + rest


_OF_INTERNAL = (INTERNAL, INSTRUMENT)

QUANTITIES = (
    Quantity(
        "slower",
        NUMBER,
        FRACTION,
        "by which fraction a call takes longer after than before: time after over time before, minus 1",
        reading.of_times(reading.slower),
        compared=True,
        alone=True,
    ),
    Quantity(
        "faster",
        NUMBER,
        FRACTION,
        "by which fraction more calls are made in a second: time before over time after, minus 1",
        reading.of_times(reading.faster),
        compared=True,
        alone=True,
    ),
    Quantity(
        "ratio",
        NUMBER,
        RATIO,
        "time after over time before",
        reading.of_times(reading.itself),
        compared=True,
    ),
    Quantity(
        "verdict",
        WORD,
        NO_UNIT,
        "on the ratio of times",
        reading.verdict(),
        compared=True,
        words=VERDICTS,
    ),
    Quantity(
        "frame.slower",
        NUMBER,
        FRACTION,
        "slower, until the end of predict's frame: without what is freed after it",
        reading.of_times(reading.slower, of_frames=True),
        compared=True,
        alone=True,
    ),
    Quantity(
        "frame.faster",
        NUMBER,
        FRACTION,
        "faster, until the end of predict's frame",
        reading.of_times(reading.faster, of_frames=True),
        compared=True,
        alone=True,
    ),
    Quantity(
        "frame.ratio",
        NUMBER,
        RATIO,
        "ratio, until the end of predict's frame",
        reading.of_times(reading.itself, of_frames=True),
        compared=True,
    ),
    Quantity(
        "frame.verdict",
        WORD,
        NO_UNIT,
        "verdict, until the end of predict's frame",
        reading.verdict(of_frames=True),
        compared=True,
        words=VERDICTS,
    ),
    Quantity(
        "outputs",
        WORD,
        NO_UNIT,
        "whether both give the same numbers, where one run measured both",
        reading.outputs,
        compared=True,
        words=(outputs.SAME, outputs.DIFFER, outputs.VARY),
    ),
    Quantity(
        "share_change",
        NUMBER,
        FRACTION,
        "an internal's share after minus before: 5% are 5 points",
        reading.share_change,
        compared=True,
        of_shares=True,
        parts=_OF_INTERNAL,
        optional=1,
        alone=True,
    ),
    Quantity(
        "came",
        FLAG,
        NO_UNIT,
        "an internal is entered after, and was not before",
        reading.moved(CAME),
        compared=True,
        parts=(INTERNAL,),
    ),
    Quantity(
        "went",
        FLAG,
        NO_UNIT,
        "an internal was entered before, and is not after",
        reading.moved(WENT),
        compared=True,
        parts=(INTERNAL,),
    ),
    Quantity(
        "growth_change",
        NUMBER,
        NO_UNIT,
        "how much more something grows with a call, after minus before",
        reading.slope_change,
        compared=True,
        parts=(GROWING,),
        alone=True,
    ),
    Quantity("ms", NUMBER, MS, "the median of a call", reading.milliseconds),
    Quantity("p95_ms", NUMBER, MS, "the 95th percentile of calls", reading.percentile("p95")),
    Quantity("p99_ms", NUMBER, MS, "the 99th percentile of calls", reading.percentile("p99")),
    Quantity(
        "share",
        NUMBER,
        FRACTION,
        "an internal's share of the call, under the instrument to believe first, or the one that is named",
        reading.share,
        parts=_OF_INTERNAL,
        optional=1,
        most=1.0,
        of_shares=True,
    ),
    Quantity(
        "entries",
        NUMBER,
        COUNT,
        "how often one call enters an internal",
        reading.entries,
        parts=(INTERNAL,),
        of_shares=True,
        alone=True,
    ),
    Quantity(
        "presence",
        WORD,
        NO_UNIT,
        "whether a call enters an internal",
        reading.presence,
        parts=(INTERNAL,),
        words=PRESENCES,
    ),
    Quantity(
        "graphs_traced_per_call",
        NUMBER,
        COUNT,
        "graphs that a call traces once it is warm",
        reading.count("graphs_traced_per_call"),
        alone=True,
    ),
    Quantity(
        "iterators_per_call",
        NUMBER,
        COUNT,
        "iterators that a call creates",
        reading.count("iterators_per_call"),
        alone=True,
    ),
    Quantity(
        "grows",
        FLAG,
        NO_UNIT,
        "memory, graphs, objects or threads that calls leave behind grow with each; or what is named",
        reading.grows,
        parts=(GROWING,),
        optional=1,
    ),
    Quantity(
        "growth",
        NUMBER,
        NO_UNIT,
        "how much something grows with a call; of time, from a process's first call to its last",
        reading.slope,
        parts=(GROWING,),
        alone=True,
    ),
    Quantity("status", WORD, NO_UNIT, "how measuring went", reading.word("status"), words=STATUSES),
    Quantity("workload", WORD, NO_UNIT, "what is called", reading.word("workload")),
    Quantity("environment", WORD, NO_UNIT, "where it was measured", reading.word("environment")),
    Quantity(
        "compile_state",
        WORD,
        NO_UNIT,
        "whether the model is compiled",
        reading.word("compile_state"),
        words=COMPILE_STATES,
    ),
    Quantity(
        "entry_point",
        WORD,
        NO_UNIT,
        "the call that is timed",
        reading.word("entry_point"),
        words=ENTRY_POINTS,
    ),
    Quantity("batch_size", NUMBER, COUNT, "the batch size", reading.size("batch_size")),
    Quantity("rows", NUMBER, COUNT, "rows of one call", reading.size("rows")),
)
"""In the order in which the documents list them."""


@dataclass(frozen=True)
class Named:
    """A quantity with what its name says beside it: an internal, an instrument, what may grow."""

    quantity: Quantity
    arguments: tuple[str, ...]

    @property
    def unit(self) -> str:
        """The unit of its number."""
        if self.quantity.parts == (GROWING,) and self.quantity.kind == NUMBER:
            units = {growth.BYTES: BYTES, growth.COUNT: COUNT, growth.FRACTION: FRACTION}
            return units[next(one.unit for one in growth.QUANTITIES if one.name == self.arguments[0])]
        return self.quantity.unit

    @property
    def instruments(self) -> tuple[str, ...]:
        """The instruments whose captures may have to be read for it."""
        if not self.quantity.of_shares:
            return ()
        return self.arguments[1:] or known(INSTRUMENT)


class UnknownNameError(Exception):
    """A name that no quantity has; its text says which is meant, as far as one can tell."""


def known(part: str) -> tuple[str, ...]:
    """Return what can stand for a part of a name."""
    if part == INTERNAL:
        return tuple(one.id for one in catalogue.load().internals)
    if part == INSTRUMENT:
        return tuple(one.id for one in INSTRUMENTS if SHARES in one.gives)
    return tuple(one.name for one in growth.QUANTITIES)


def find(name: str) -> Named:
    """Return what a name means.

    Raises:
        UnknownNameError: nothing.
    """
    heads = {one.head: one for one in QUANTITIES}
    pieces = name.split(".")
    for length in range(len(pieces), 0, -1):
        quantity = heads.get(".".join(pieces[:length]))
        if quantity is not None:
            return Named(quantity, _arguments(quantity, pieces[length:]))
    near = difflib.get_close_matches(name, list(_names()), n=1, cutoff=0.4)
    said = f"did you mean {near[0]}?" if near else f"choose from {', '.join(one.name for one in QUANTITIES)}"
    raise UnknownNameError(f"unknown name {name!r}: {said}")


def _names() -> Iterator[str]:
    """Yield every name in full, without those of instruments."""
    for one in QUANTITIES:
        if not one.parts or one.optional == len(one.parts):
            yield one.head
        if one.parts:
            yield from (f"{one.head}.{value}" for value in known(one.parts[0]))


def _arguments(quantity: Quantity, given: Sequence[str]) -> tuple[str, ...]:
    if len(given) > len(quantity.parts):
        surplus = ".".join(given[len(quantity.parts) :])
        raise UnknownNameError(f"{quantity.name} has no part {surplus!r}")
    for part, value in zip(quantity.parts, given, strict=False):
        if value not in known(part):
            kind = {INTERNAL: "internal", INSTRUMENT: "instrument", GROWING: "quantity that grows"}[part]
            raise UnknownNameError(f"unknown {kind} {value!r}: {nearest(value, known(part))}")
    if len(given) < len(quantity.parts) - quantity.optional:
        missing = quantity.parts[len(given)]
        raise UnknownNameError(
            f"{quantity.head} needs what it is of, like {quantity.head}.{known(missing)[-1]}"
        )
    return tuple(given)
