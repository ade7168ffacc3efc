"""Reads what grows from call to call: resident memory, threads, function graphs and objects, between blocks.

Each block of calls stands between two collections of all garbage, so that what is read there is what stays.
Quick calls are made again for it, untimed, when every timed block of the process is done: a collection
visits all objects of a process, which takes a fraction of a second with a framework loaded, and no timed
call may follow one. What lives then is frozen (`gc.freeze`), and later collections visit what is new. Slow
calls are not made a second time: the process is read around their timed blocks.
"""

from __future__ import annotations

import contextlib
import gc
import os
import random
import struct
import sys
import time
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple

from ..protocol.growth import GENERATIONS, Growth, GrowthBlock, Reading, WatchedCollections, calls_of_blocks
from . import harness, reasons
from .frameworks import Framework
from .harness import Call
from .native_memory import native_bytes

clock_ns = time.perf_counter_ns

STATM, TASKS = "/proc/self/statm", "/proc/self/task"

# The fields of a `Reading` in order. The collector tracks no bytes, and so counts none of these.
_READING = struct.Struct("<6q")
_REST = struct.Struct("<4q")
UNKNOWN = -1
YOUNG = range(GENERATIONS - 1)


class Meter:
    """Reads a process; what cannot be read is None, and ``missing`` says why.

    Args:
        framework: counts its graphs.
    """

    def __init__(self, framework: Framework) -> None:
        self.missing: Dict[str, str] = {}
        self._framework = framework
        self.counted = self._tried("graphs", lambda: framework.graphs)
        if self.counted is None:
            self.missing.setdefault("graphs", f"{framework.name} tells no number of graphs here")

    def read(self) -> bytes:
        """Return a `Reading`, packed."""
        graphs = None if "graphs" in self.missing else self._tried("graphs", self._framework.live_graphs)
        found = (
            self.resident_bytes(),
            self._tried("threads", _threads),
            graphs,
            len(gc.get_objects()),
            self._tried("native_bytes", native_bytes),
            self._tried("python_blocks", _python_blocks),
        )
        return _READING.pack(*(UNKNOWN if one is None else one for one in found))

    def resident_bytes(self) -> Optional[int]:
        """Return the memory of this process that is in use."""
        found: Optional[int] = self._tried("resident_bytes", _resident_bytes)
        return found

    def _tried(self, name: str, read: Callable[[], Any]) -> Any:
        try:
            return read()
        except FileNotFoundError as error:
            self.missing[name] = f"this system has no {error.filename}"
        except reasons.ANYTHING as error:  # a framework that cannot count costs no timing
            self.missing[name] = reasons.named(error)
        return None


def _resident_bytes() -> int:
    with open(STATM, "rb") as file:
        return int(file.read().split()[1]) * int(os.sysconf("SC_PAGE_SIZE"))


def _threads() -> int:
    return len(os.listdir(TASKS))


def _python_blocks() -> int:
    return sys.getallocatedblocks()


def collected() -> Tuple[int, int]:
    """Collect all garbage; return how many objects that were, and what it took, in ns."""
    begin = clock_ns()
    freed = gc.collect()
    return freed, clock_ns() - begin


class Collections:
    """Counts and times the collections that run while it is switched on."""

    def __init__(self) -> None:
        self.counts = [0] * GENERATIONS
        self.durations_ns = [0] * GENERATIONS
        self.calls = 0
        self.window_ns = 0
        self._begin_ns: Optional[int] = None

    def __call__(self, phase: str, about: Any) -> None:
        """Take the begin or the end of a collection, as `gc.callbacks` has it."""
        if phase == "start":
            self._begin_ns = clock_ns()
        elif self._begin_ns is not None:
            self.counts[about["generation"]] += 1
            self.durations_ns[about["generation"]] += clock_ns() - self._begin_ns
            self._begin_ns = None

    @contextlib.contextmanager
    def counting(self) -> Iterator[None]:
        """Be switched on meanwhile, and for a collection of each young generation at the end."""
        gc.callbacks.append(self)
        try:
            yield
            for generation in YOUNG:
                gc.collect(generation)
        finally:
            gc.callbacks.remove(self)

    def add(self, durations_ns: Sequence[int]) -> None:
        """Take what the calls took that were made meanwhile."""
        self.calls += len(durations_ns)
        self.window_ns += sum(durations_ns)

    def facts(self) -> Optional[WatchedCollections]:
        """Return what was counted; None where no call was watched."""
        if not self.calls:
            return None
        return WatchedCollections(self.calls, self.window_ns, self.counts, self.durations_ns)


class Blocks:
    """The blocks of one variant while they are made."""

    def __init__(self, meter: Meter) -> None:
        self.watched = Collections()
        self._meter = meter
        self._made: List[bytes] = []

    def make(self, calls: int, make: Callable[[], Any]) -> None:
        """Have ``calls`` calls made right after a collection; collect again, and read before and after."""
        before = self._meter.read()
        make()
        held = self._meter.resident_bytes()
        freed, took_ns = collected()
        about = _REST.pack(calls, UNKNOWN if held is None else held, freed, took_ns)
        self._made.append(before + self._meter.read() + about)

    def facts(self, timed: bool, empty_ns: int, full_ns: int) -> Growth:
        """Return what ``growth.json`` says."""
        return Growth(
            timed=timed,
            blocks=list(map(_block, self._made)),
            empty_collection_ns=empty_ns,
            full_collection_ns=full_ns,
            watched=self.watched.facts(),
            counted=self._meter.counted,
            missing=dict(self._meter.missing),
        )


def _block(packed: bytes) -> GrowthBlock:
    before, after = _READING.unpack_from(packed), _READING.unpack_from(packed, _READING.size)
    calls, held, freed, took_ns = _REST.unpack_from(packed, 2 * _READING.size)
    fell = None if UNKNOWN in (held, after[0]) else max(0, held - after[0])
    return GrowthBlock(calls, _reading(before), _reading(after), freed, fell, took_ns)


def _reading(numbers: Tuple[int, ...]) -> Reading:
    return Reading(*(None if one == UNKNOWN else one for one in numbers))


class Outcome(NamedTuple):
    """What grows as calls of a variant go on, or why nobody knows."""

    growth: Optional[Growth]
    error: Optional[str]


class _Again(NamedTuple):
    """A variant whose calls are made again."""

    call: Call
    blocks: Blocks
    calls: List[int]


def of_quick_calls(
    variants: Sequence[Tuple[Call, int]], framework: Framework, seed: int, check: Callable[[], None]
) -> List[Outcome]:
    """Make blocks of quick calls with nothing timed, and return what grows; a call that raises ends its own.

    Args:
        variants: each variant's call, and what one takes, in ns.
        framework: what the models run on.
        seed: seeds the order of the variants within each round.
        check: is called before each block.
    """
    meter = Meter(framework)
    again = [_Again(call, Blocks(meter), calls_of_blocks(call_ns)) for call, call_ns in variants]
    errors: Dict[int, str] = {}

    def attempt(number: int, step: Callable[[_Again], None]) -> None:
        check()
        if number not in errors:
            try:
                step(again[number])
            except reasons.ANYTHING as error:  # whatever a model raises is why nobody knows what grows
                errors[number] = reasons.placed(error)

    for number in range(len(again)):
        attempt(number, _watch)
    _, full_ns = collected()
    getattr(gc, "freeze", _nothing)()
    try:
        for number in range(len(again)):
            # it takes what the collection has freed: the blocks then show what a call needs
            attempt(number, lambda one: harness.untimed_calls(one.call, 1))
        collected()
        _, empty_ns = collected()
        for number in _order([len(one.calls) for one in again], seed):
            attempt(number, lambda one: one.blocks.make(one.calls[0], lambda: _untimed(one)))
    finally:
        getattr(gc, "unfreeze", _nothing)()
    return [
        Outcome(None if number in errors else one.blocks.facts(False, empty_ns, full_ns), errors.get(number))
        for number, one in enumerate(again)
    ]


def _nothing() -> None:
    """Stand for what an interpreter does not have."""


def _watch(one: _Again) -> None:
    with one.blocks.watched.counting():
        timed = harness.timed_calls(one.call, one.calls[0])
    one.blocks.watched.add(timed.durations)


def _untimed(one: _Again) -> None:
    harness.untimed_calls(one.call, one.calls[0])


def _order(blocks: Sequence[int], seed: int) -> Iterator[int]:
    """Yield whose block comes next, shuffled within each round."""
    shuffle = random.Random(seed)
    for number in range(max(blocks, default=0)):
        order = [one for one, count in enumerate(blocks) if number < count]
        shuffle.shuffle(order)
        yield from order


class AroundTimed:
    """Reads a process around the timed blocks of slow calls, outside their windows.

    Args:
        framework: what the models run on.
    """

    def __init__(self, framework: Framework) -> None:
        self._meter = Meter(framework)
        self._blocks: Dict[Any, Blocks] = {}
        self._full_ns: Optional[int] = None

    def take(self, key: Any, calls: int, make: Callable[[], Any]) -> None:
        """Have a block of calls made, timed by ``make``, between two collections.

        Args:
            key: what they are calls of.
            calls: how many.
            make: makes them.
        """
        self._collect()
        self._of(key).make(calls, make)

    def watch(self, key: Any, make: Callable[[], Sequence[int]]) -> None:
        """Have a block of calls made right after a collection, and count the collections in them.

        Args:
            key: what they are calls of.
            make: makes them and returns how long each took, in ns.
        """
        self._collect()
        watched = self._of(key).watched
        with watched.counting():
            durations_ns = make()
        watched.add(durations_ns)

    def outcome(self, key: Any) -> Outcome:
        """Return what grows as calls go on; there was a `take` for ``key``."""
        took_ns = self._full_ns or 0
        return Outcome(self._of(key).facts(True, took_ns, took_ns), None)

    def _of(self, key: Any) -> Blocks:
        return self._blocks.setdefault(key, Blocks(self._meter))

    def _collect(self) -> None:
        gc.collect()
        if self._full_ns is None:
            _, self._full_ns = collected()
