import pytest

from profiler.collect.probes import in_frame
from profiler.collect.probes.tape import Marks
from profiler.protocol.errors import Unusable


def refusal(one, function):
    with pytest.raises(Unusable) as raised:
        in_frame.watched(function.__code__, Marks.of(0), one.tape, in_frame.Sources())
    return raised.value.what


def test_kinds_that_cannot_be_watched_say_why(probed):
    one = probed("async def wait(): pass\ndef over():\n    yield from ()\nexec('def lost(): pass')\n")
    assert refusal(one, one.module.wait) == "it is asynchronous"
    assert refusal(one, one.module.over) == "it is a generator that hands over to another"
    assert "cannot be read" in refusal(one, one.module.lost)


def test_blocks_as_deep_as_python_allows_are_refused_not_fatal(probed):
    blocks = "".join("    " * (n + 1) + "for _ in (1,):\n" for n in range(20))
    one = probed(f"def deep():\n{blocks}{'    ' * 21}return 5\n")
    assert "compiled again" in refusal(one, one.module.deep)


def test_a_pause_in_the_default_of_an_inner_function_is_a_pause(probed):
    one = probed("def gen():\n    def inner(x=(yield 1)): return x\n    yield inner()\n")
    code = in_frame.watched(one.module.gen.__code__, Marks.of(0), one.tape, in_frame.Sources())
    one.module.gen.__code__ = code
    started = one.module.gen()
    assert (next(started), started.send(5)) == (1, 5)
    started.close()
    assert one.tape.take()[:, 0].tolist() == [0, 1, 0, 1, 0, 1]
