"""The instruments: one descriptor each, which the plan, the worker and the reports go by.

An instrument is this descriptor, ``collect/instruments/ID.py`` (what it attaches) and, where it gives shares,
``attribution/instruments/ID.py`` (what its raw files say). No other module names it for what it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Tuple

from .switching import SLOW_CALL_NS

SPEED = "speed"
SHARES = "shares"
PHASES = "phases"
COMPUTE = "compute"
TRACE = "trace"


@dataclass(frozen=True)
class Instrument:
    """What is attached while a variant runs.

    Attributes:
        id: its name, that of its modules.
        attaches: what runs beside the calls, in a few words.
        gives: what its captures tell: `SPEED`, `SHARES`, `PHASES`, `COMPUTE`; or `TRACE`, for TensorBoard.
        slowdown: a call's time under it over the undisturbed one, for the plan: a budget bounds the calls as
            they are measured.
        budget_calls: how many calls a budget gives at most.
        most_calls: how many it takes at most, whatever was asked for; None: as many as are asked for.
        interleaves: whether one process holds all variants of a workload and takes them in blocks, those of
            every instrument that interleaves.
        blocks: in how many blocks it takes its calls otherwise.
        rehearsals: how many more blocks there are whose record is thrown away.
        by_default: whether it is attached where no instrument is asked for.
        largest_error: by how much its shares may be wrong when it is proven, a fraction of 1.
    """

    id: str
    attaches: str
    gives: Tuple[str, ...]
    slowdown: float = 1.0
    budget_calls: int = 200
    most_calls: Optional[int] = None
    interleaves: bool = False
    blocks: int = 1
    rehearsals: int = 0
    by_default: bool = True
    largest_error: float = 0.05

    def pairs(self, call_ns: float) -> int:
        """Return how many blocks come after one with the instrument off, which tells what it costs.

        All or none: none where blocks take turns with those of other captures, where there is a single one,
        and where calls are slow.
        """
        pairs = self.blocks + self.rehearsals
        return 0 if self.interleaves or pairs == 1 or call_ns >= SLOW_CALL_NS else pairs


# With one less there is no interval of the median over the pairs of one process.
PAIRS = 6

INSTRUMENTS = (
    Instrument(
        "wall",
        "nothing but a stamp as predict's frame ends",
        gives=(SPEED,),
        interleaves=True,
    ),
    Instrument(
        "probes",
        "the enters and leaves of the catalogue's functions, in blocks beside those of wall",
        gives=(SHARES, PHASES),
        interleaves=True,
        largest_error=0.02,
    ),
    Instrument(
        "cprofile",
        "cProfile around the calls",
        gives=(SHARES,),
        slowdown=1.4,
        blocks=PAIRS,
    ),
    Instrument(
        "tfprofiler",
        "the TensorFlow profiler, tracing Python calls where the release can",
        gives=(SHARES, PHASES, COMPUTE, TRACE),
        slowdown=1.4,
        budget_calls=20,
        most_calls=20,  # a trace of them is large
        rehearsals=PAIRS - 1,
    ),
    Instrument(
        "probes_trace",
        "the probes, each span also an event of the TensorFlow profiler, which traces the runtime alone",
        gives=(TRACE,),
        slowdown=1.1,
        budget_calls=20,
        most_calls=20,
        rehearsals=PAIRS - 1,
        by_default=False,
    ),
)
INSTRUMENT_IDS = tuple(one.id for one in INSTRUMENTS)
DEFAULT_IDS = tuple(one.id for one in INSTRUMENTS if one.by_default)


def instrument(name: str) -> Instrument:
    """Return the descriptor of an instrument's id.

    Raises:
        KeyError: no such instrument.
    """
    return {one.id: one for one in INSTRUMENTS}[name]
