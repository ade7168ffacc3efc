import pytest

from profiler.collect.probes.tape import Marks, Tape
from profiler.collect.probes.trampoline import trampoline
from profiler.protocol.errors import Unusable


def adds(first, second=2, *others, third=3, **rest):
    return first + second + third + sum(others) + sum(rest.values())


def raises():
    raise KeyError("inside")


def test_it_gives_what_the_function_gives_with_its_defaults():
    tape, before = Tape(8), adds.__code__
    adds.__code__ = trampoline(adds, Marks.of(4), tape)
    try:
        assert (adds(1), adds(1, 1, 1, third=1, more=5)) == (6, 9)
    finally:
        adds.__code__ = before
    assert tape.take()[:, 0].tolist() == [8, 9, 8, 9]


def test_it_carries_the_name_and_place_of_the_function():
    code = trampoline(adds, Marks.of(0), Tape(8))
    assert (code.co_name, code.co_filename) == ("adds", __file__)
    assert code.co_firstlineno == adds.__code__.co_firstlineno


def test_an_exception_passes_and_leave_is_recorded():
    tape, before = Tape(8), raises.__code__
    raises.__code__ = trampoline(raises, Marks.of(0), tape)
    try:
        with pytest.raises(KeyError, match="inside"):
            raises()
    finally:
        raises.__code__ = before
    assert tape.take()[:, 0].tolist() == [0, 1]


def test_a_generator_is_refused():
    def counts():
        yield 1

    with pytest.raises(Unusable, match="generator"):
        trampoline(counts, Marks.of(0), Tape(8))
