"""The programs of `tests/programs/source.py`, and what every instrument must say of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

SOURCE = Path(__file__).parent / "source.py"
MODULE = "program_of_known_shares"
PATH = f"{MODULE}.py"
PREDICT = "predict"


@dataclass(frozen=True)
class Known:
    """What is known of an internal in one call; times are in units.

    Attributes:
        time: how long it is on the calling thread's stack.
        own: how long it is the innermost internal there.
        calls: entries from outside; a generator is entered again after each pause.
        entries: all of them.
        functions: those that it is made of; one of its own name where none is given.
        unknown: instrument -> part of the reason why its share is not known.
        in_frame: part of the reason why probes cannot watch it in its frame, where Python does not monitor.
    """

    time: int = 0
    own: int = 0
    calls: int = 1
    entries: int = 1
    functions: tuple[str, ...] = ()
    unknown: Mapping[str, str] = field(default_factory=dict)
    in_frame: str | None = None


@dataclass(frozen=True)
class Program:
    """A program: the function of its name, or ``function``, as it is called by predict.

    Attributes:
        units: how long one call takes.
        teardown: how much of it comes after predict's frame.
        elsewhere: how many spans of its internals lie on other threads.
    """

    name: str
    units: int
    internals: Mapping[str, Known]
    teardown: int = 0
    elsewhere: int = 0
    function: str = ""

    def known(self) -> dict[str, Known]:
        """Return what is known of every internal, predict and its teardown included."""
        time = self.units - self.teardown
        inside = sum(one.own for name, one in self.internals.items() if name not in self.after)
        predict = Known(time, time - inside)
        return {PREDICT: predict, **self.internals, "teardown": Known(self.teardown, self.teardown)}

    @property
    def after(self) -> tuple[str, ...]:
        """The internals that run after predict's frame."""
        return ("destroy",) if self.teardown else ()

    def key(self, function: str) -> str:
        """Return what a catalogue calls one of its functions."""
        return f"{PATH}::{function}"

    def functions(self, internal: str) -> tuple[str, ...]:
        """Return the keys of the functions that an internal is made of."""
        if internal == PREDICT:
            return (self.key(PREDICT),)
        return tuple(self.key(name) for name in self.internals[internal].functions or (internal,))


ELSEWHERE = dict.fromkeys(("probes", "cprofile", "tfprofiler"), "it ran on another thread")
HANDS_OVER, ASYNCHRONOUS = "hands over to another", "asynchronous"

PROGRAMS = (
    Program("nested", 70, {"outer": Known(60, 30), "inner": Known(30, 30, 2, 2)}),
    Program("recursive", 50, {"deeper": Known(40, 40, 1, 4)}),
    Program(
        "mutually_recursive",
        70,
        {"even": Known(60, 20, 1, 2), "odd": Known(50, 40, 1, 2)},
    ),
    Program(
        "mutually_recursive_as_one",
        70,
        {
            "parity": Known(
                60, 60, 1, 4, ("even", "odd"), {"cprofile": "call each other in turn, which a profile of"}
            )
        },
        function="mutually_recursive",
    ),
    Program("generators", 57, {"counting": Known(25, 25, 3, 3), "between": Known(30, 30, 2, 2)}),
    Program("thrown_into", 32, {"catching": Known(15, 15, 3, 3), "between": Known(15, 15)}),
    Program(
        "handing_over",
        62,
        {
            "delegating": Known(30, 5, 3, 3, in_frame=HANDS_OVER),
            "counting": Known(25, 25, 3, 3),
            "between": Known(30, 30, 2, 2),
        },
    ),
    Program(
        "coroutines", 32, {"waits": Known(15, 15, 2, 2, in_frame=ASYNCHRONOUS), "between": Known(15, 15)}
    ),
    Program(
        "asynchronous_generators",
        57,
        {"yields": Known(25, 25, 3, 3, in_frame=ASYNCHRONOUS), "between": Known(30, 30, 2, 2)},
    ),
    Program(
        "exceptions",
        62,
        {"falls": Known(40, 30, 1, 3), "cleans": Known(10, 10, 2, 2), "caught": Known(20, 20)},
    ),
    Program("callbacks_from_c", 52, {"keyed": Known(40, 40, 4, 4), "added": Known(10, 10, 2, 2)}),
    Program(
        "threads",
        82,
        {"with_another": Known(75, 75), "beside": Known(unknown=ELSEWHERE)},
        elsewhere=1,
    ),
    Program(
        "threads_in_turn",
        67,
        {
            "awaits": Known(65, 65),
            "elsewhere": Known(unknown=ELSEWHERE),
            "inner": Known(unknown=ELSEWHERE),
        },
        elsewhere=2,
    ),
    Program("tiny_calls", 162, {"many": Known(60, 0), "tiny": Known(60, 60, 60, 60), "one": Known(100, 100)}),
    Program("frees", 20, {"destroy": Known(8, 8)}, teardown=8),
)
