import sys
import threading
from pathlib import Path

import pytest


def test_a_missing_function_is_absent_and_one_that_nobody_holds_says_so(probed):
    one = probed("def f(): pass\ndel f\nlength = len\n")
    watch = one.watch("f", "gone", "length")
    assert watch.ways == {}
    assert watch.unwatched == {f"{one.path}::f": "no function of this process runs its code"}


def test_spans_of_callbacks_exceptions_and_recursion_nest(probed):
    one = probed(
        "def key(x): return -x\ndef call(n):\n    sorted([1, 2], key=key)\n"
        "    if n: call(n - 1)\n    raise ValueError\n"
    )
    watch = one.watch("call", "key")
    with pytest.raises(ValueError):
        one.during(watch, lambda m: m.call(1))
    watch.close()
    found = one.spans()
    assert found.function.tolist() == [0, 1, 1, 0, 1, 1]
    assert found.parent.tolist() == [-1, 0, 0, 0, 3, 3]
    assert (found.open, found.stray) == ({}, 0)


def test_time_in_which_a_generator_is_paused_is_not_in_its_span(probed):
    one = probed("def gen():\n    yield 1\n    yield 2\ndef use(x): pass\n")
    watch = one.watch("gen", "use")
    one.during(watch, lambda m: [m.use(x) for x in m.gen()])
    found = one.spans()
    assert found.function.tolist() == [0, 1, 0, 1, 0]
    assert found.parent.tolist() == [-1] * 5


def test_a_thread_has_its_own_number_and_a_call_that_does_not_return_is_open(probed):
    one = probed("def f(wait, started):\n    started.set()\n    wait.wait()\ndef g(): pass\n")
    watch = one.watch("f", "g")
    wait, started = threading.Event(), threading.Event()
    thread = threading.Thread(target=one.module.f, args=(wait, started))
    watch.on()
    thread.start()
    started.wait()
    one.module.g()
    watch.off()
    found = one.spans()
    wait.set()
    thread.join()
    assert (found.function.tolist(), found.open) == ([1], {0: 1})


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="monitored there")
def test_leave_is_taken_before_locals_are_destroyed_and_after_in_a_stand_in(probed):
    source = "class Held:\n    def __del__(self): pass\ndef holds():\n    held = Held()\n"
    one = probed(source)
    one.during(one.watch("holds", "Held.__del__"), lambda m: m.holds())
    assert one.spans().parent.tolist() == [-1, -1]
    Path(one.module.__file__).write_text(source.replace("held = Held()", "other = Held()"))
    changed = one.watch("holds", "Held.__del__")
    assert changed.ways[f"{one.path}::holds"] == "around its frame"
    one.during(changed, lambda m: m.holds())
    assert one.spans().parent.tolist() == [-1, 0]


def test_a_function_that_is_replaced_meanwhile_is_not_watched_to_the_end(probed):
    one = probed("def f(): pass\n")
    watch = one.watch("f")
    one.module.f = len
    watch.close()
    assert "replaced by another" in watch.unwatched[f"{one.path}::f"]


def test_code_is_the_same_object_after_many_blocks(probed):
    one = probed("def f(): return sum(range(3))\n")
    before = one.module.f.__code__
    for _ in range(20):
        watch = one.watch("f")
        for _ in range(5):
            one.during(watch, lambda m: m.f())
        watch.close()
        assert one.module.f.__code__ is before
    assert one.spans().function.tolist() == [0] * 100
