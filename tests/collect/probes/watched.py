"""A module of functions to watch, written where a test wants it."""

from __future__ import annotations

import importlib
import sys
from _thread import get_ident

from profiler.collect.probes.spans import spans
from profiler.collect.probes.tape import Tape
from profiler.collect.probes.watch import Watch

MODULE = "watched_by_a_test"
PATH = f"{MODULE}.py"

SOURCE = '''"""Functions to watch."""

import functools
import time


def plain(number):
    """Add one."""
    return number + 1


def calls_plain(number):
    return plain(number)


def lingers(begun, end):
    begun.set()
    end.wait()


def busy():
    end = time.perf_counter_ns() + 2_000_000
    while time.perf_counter_ns() < end:
        pass


class Held:
    def __del__(self):
        busy()


def holds():
    held = Held()
    return plain(1)


def calls_holder():
    return holds()


def raises(depth):
    if not depth:
        raise ValueError("at the bottom")
    raises(depth - 1)


def even(number):
    return True if number == 0 else odd(number - 1)


def odd(number):
    return False if number == 0 else even(number - 1)


def counting(count):
    try:
        for number in range(count):
            got = yield number
            plain(got or 0)
    except KeyError:
        yield -1
    finally:
        plain(0)


def handing_over(count):
    yield from counting(count)


async def waits():
    return 1


async def yields_slowly():
    yield 1


def outer(amount):
    def inner(number):
        return number + amount

    return inner


def keyed(number):
    return -number


def sorts():
    return sorted([1, 2, 3], key=keyed)


def long_in_c():
    for _ in range(50):
        plain(1)
    return sum(range(100_000))


class Base:
    def __private(self):
        return 7

    def method(self):
        return self.__private()

    @property
    def valued(self):
        return 1

    @staticmethod
    def static(*numbers):
        return numbers

    @classmethod
    def of_class(cls, *, name="x"):
        return cls, name


class Derived(Base):
    def method(self):
        return super().method() + 1


def decorating(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)

    return wrapper


@decorating
def decorated(first, second=2, *, third=3):
    return first + second + third


def _two(same):
    def twin():
        return same

    return twin


def twice():
    return 1


def twice():  # noqa: F811
    return plain(2)


exec("def without_source(a, b=1, *, c=2):\\n    return a + b + c\\n")
exec("def generator_without_source(n):\\n    yield n\\n")
kept = outer(5)
part = functools.partial(plain, 3)
bound = [Derived().method]
'''

NAMES = {
    "plain": "plain",
    "calls_plain": "calls_plain",
    "lingers": "lingers",
    "busy": "busy",
    "holds": "holds",
    "raises": "raises",
    "even": "even",
    "odd": "odd",
    "counting": "counting",
    "handing_over": "handing_over",
    "waits": "waits",
    "yields_slowly": "yields_slowly",
    "inner": "outer.<locals>.inner",
    "keyed": "keyed",
    "long_in_c": "long_in_c",
    "private": "Base.__private",
    "valued": "Base.valued",
    "static": "Base.static",
    "of_class": "Base.of_class",
    "method": "Derived.method",
    "wrapper": "decorating.<locals>.wrapper",
    "decorated": "decorated",
    "twice": "twice",
    "missing": "missing",
}
KEYS = {name: f"{PATH}::{qualified}" for name, qualified in NAMES.items()}


def import_watched(folder, monkeypatch, source=SOURCE):
    """Write the module into a folder, import it anew and return it."""
    (folder / PATH).write_text(source)
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.delitem(sys.modules, MODULE, raising=False)
    importlib.invalidate_caches()
    module = importlib.import_module(MODULE)
    monkeypatch.setitem(sys.modules, MODULE, module)
    return module


class Recorder:
    """Watches some of the module's functions, and tells what was recorded by their names."""

    def __init__(self, *names, capacity=1 << 10):
        self.names = names
        self.tape = Tape(capacity)
        self.watch = Watch([KEYS[name] for name in names], self.tape)

    def __enter__(self):
        self.watch.on()
        return self

    def __exit__(self, *error):
        self.watch.off()

    def spans(self):
        return spans(self.tape.take(), get_ident())

    def seen(self):
        """Return (name, name of the parent or None) of each span, in the order of their starts."""
        found = self.spans()
        names = [self.names[number] for number in found.function]
        return [
            (name, None if parent < 0 else names[parent])
            for name, parent in zip(names, found.parent, strict=True)
        ]
