import itertools

from profiler.collect.probes.tape import Marks, Tape
from profiler.collect.probes.trampoline import can_stand_in, trampoline


def test_a_stand_in_calls_the_original_with_its_closure_and_defaults():
    tape = Tape(8, itertools.count().__next__)
    k = 100

    def function(a, b=2, *, c=3):
        return a + b + c + k

    function.__code__ = trampoline(function, function.__code__, Marks.of(0), tape)
    assert (function(1), function(1, b=0, c=0)) == (106, 101)
    assert tape.take()[:, 0].tolist() == [0, 1, 0, 1]


def test_nothing_stands_in_for_a_generator_or_a_coroutine():
    def generator():
        yield

    async def coroutine():
        pass

    assert not can_stand_in(generator.__code__)
    assert not can_stand_in(coroutine.__code__)
    assert can_stand_in(can_stand_in.__code__)
