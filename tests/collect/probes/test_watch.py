"""Functions of every kind are watched, and everything is put back."""

import functools
import importlib.util
import sys
import threading

import pytest

from profiler.collect.probes import watch
from profiler.collect.probes.tape import Tape
from profiler.protocol.errors import Unusable
from profiler.protocol.probes import IN_FRAME, MONITORED
from tests.collect.probes.watched import KEYS, MODULE, NAMES, PATH, Recorder, import_watched

WAY = MONITORED if hasattr(sys, "monitoring") else IN_FRAME


@pytest.fixture
def module(tmp_path, monkeypatch):
    return import_watched(tmp_path, monkeypatch)


def seen(action, *names):
    recorder = Recorder(*names)
    assert recorder.watch.unwatched == {}
    assert set(recorder.watch.ways.values()) == {WAY}
    with recorder:
        result = action()
    return result, recorder.seen()


@pytest.mark.parametrize(
    ("call", "names", "result", "expected"),
    [
        (lambda m: m.plain(1), ["plain"], 2, [("plain", None)]),
        (lambda m: m.part(), ["plain"], 4, [("plain", None)]),
        (lambda m: m.bound[0](), ["method", "private"], 8, [("method", None), ("private", "method")]),
        (lambda m: m.Base().valued, ["valued"], 1, [("valued", None)]),
        (lambda m: m.Base.static(1, 2), ["static"], (1, 2), [("static", None)]),
        (lambda m: m.Derived.of_class(name="y")[1], ["of_class"], "y", [("of_class", None)]),
        (lambda m: m.decorated(1), ["decorated"], 6, [("decorated", None)]),
        (
            lambda m: m.decorated(1, 5, third=0),
            ["decorated", "wrapper"],
            6,
            [("wrapper", None), ("decorated", "wrapper")],
        ),
        (lambda m: m.kept(1), ["inner"], 6, [("inner", None)]),
        (lambda m: m.outer(2)(3), ["inner"], 5, [("inner", None)]),
        (lambda m: m.sorts(), ["keyed"], [3, 2, 1], [("keyed", None)] * 3),
        (lambda m: m.even(2), ["even", "odd"], True, [("even", None), ("odd", "even"), ("even", "odd")]),
        (lambda m: m.twice(), ["twice", "plain"], 3, [("twice", None), ("plain", "twice")]),
        (
            lambda m: m.long_in_c() > 0,
            ["long_in_c", "plain"],
            True,
            [("long_in_c", None), *[("plain", "long_in_c")] * 50],
        ),
    ],
)
def test_a_function_is_seen_whoever_holds_it_and_gives_what_it_gave(call, names, result, expected, module):
    assert seen(lambda: call(module), *names) == (result, expected)


def test_an_exception_ends_the_span_of_each_frame_that_it_leaves(module):
    def call():
        with pytest.raises(ValueError, match="at the bottom"):
            module.raises(2)
        return module.plain(0)

    _, found = seen(call, "raises", "plain")
    assert found == [("raises", None), ("raises", "raises"), ("raises", "raises"), ("plain", None)]


def test_a_generator_is_seen_while_it_runs_and_not_while_it_is_paused(module):
    def call():
        for number in module.counting(2):
            module.keyed(number)

    _, found = seen(call, "counting", "keyed", "plain")
    assert [name for name, _ in found] == [
        "counting",
        "keyed",
        "counting",
        "plain",
        "keyed",
        "counting",
        "plain",
        "plain",
    ]
    assert {parent for name, parent in found if name == "keyed"} == {None}
    assert {parent for name, parent in found if name == "plain"} == {"counting"}


def test_a_generator_gets_what_is_sent_and_thrown(module):
    def call():
        running = module.counting(3)
        got = [next(running), running.send(5), running.throw(KeyError())]
        running.close()
        return got

    result, found = seen(call, "counting")
    assert result == [0, 1, -1]
    assert {parent for _, parent in found} == {None}


def test_a_closed_generator_leaves_no_span_open(module):
    recorder = Recorder("counting")
    with recorder:
        running = module.counting(3)
        next(running)
        running.close()
    found = recorder.spans()
    assert (found.open, found.stray) == ({}, 0)


def test_each_thread_has_spans_of_its_own(module):
    recorder = Recorder("plain")
    with recorder:
        module.plain(1)
        for _ in range(2):
            thread = threading.Thread(target=module.plain, args=(1,))
            thread.start()
            thread.join()
    threads = recorder.spans().thread.tolist()
    assert threads[0] == 0 and 0 not in threads[1:]


def test_threads_that_end_while_recording_goes_on_leave_all_their_spans(module):
    """CPython gives a later thread the id of one that has ended: their spans have one number."""
    recorder = Recorder("calls_plain", "plain")
    with recorder:
        module.calls_plain(1)
        for _ in range(3):
            thread = threading.Thread(target=module.calls_plain, args=(1,))
            thread.start()
            thread.join()
    found = recorder.spans()
    assert found.function.tolist() == [0, 1] * 4
    assert found.parent.tolist() == [-1, 0, -1, 2, -1, 4, -1, 6]
    assert (found.open, found.stray) == ({}, 0)


def test_a_thread_that_is_inside_as_recording_ends_is_open_and_its_leave_ends_nothing_later(module):
    recorder = Recorder("lingers", "plain")
    begun, end = threading.Event(), threading.Event()
    thread = threading.Thread(target=module.lingers, args=(begun, end))
    with recorder:
        thread.start()
        begun.wait()
    first = recorder.spans()
    with recorder:
        end.set()
        thread.join()
        module.plain(1)
    second = recorder.spans()
    assert (len(first.function), first.open) == (0, {0: 1})
    # a leave is seen unless monitoring began anew while the frame was open, which then starts no span
    assert (second.function.tolist(), second.open, second.stray) == ([1], {}, 1)


def test_where_other_tools_have_taken_every_id_nothing_counts_as_watched_and_nothing_fails(
    module, monkeypatch
):
    """Calls under wall failed when a debugger came between."""

    class Taken:
        def __init__(self, codes, tape):
            assert len(codes) == 1

        def on(self):
            raise Unusable("other tools came")

        def off(self):
            pass

    monkeypatch.setattr(watch, "free_tool", lambda: 3)
    watching = watch.Watch([KEYS["plain"]], Tape(8), Taken)
    assert watching.ways == {KEYS["plain"]: MONITORED}
    watching.on()
    watching.off()
    watching.close()
    assert (watching.ways, watching.unwatched) == ({}, {KEYS["plain"]: "other tools came"})
    assert watching.lost == watching.unwatched


def test_leave_is_taken_before_what_the_frame_holds_is_destroyed(module):
    _, found = seen(module.calls_holder, "holds", "busy")
    assert found == [("holds", None), ("busy", None)]


def test_a_function_that_has_not_returned_is_counted_and_gets_no_span(module):
    recorder = Recorder("counting", "plain")
    with recorder:
        module.plain(1)
        recorder.tape.record(0)
    found = recorder.spans()
    assert found.open == {0: 1}
    assert found.function.tolist() == [1]


@pytest.mark.skipif(WAY == MONITORED, reason="monitoring watches generators of every kind")
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("handing_over", "hands over to another"),
        ("waits", "asynchronous"),
        ("yields_slowly", "asynchronous"),
    ],
)
def test_what_cannot_be_watched_in_its_frame_is_said_with_the_reason(name, reason, module):
    watch = Recorder(name).watch
    assert watch.ways == {}
    assert reason in watch.unwatched[KEYS[name]]


def test_a_missing_function_is_neither_watched_nor_unwatched(module):
    watch = Recorder("missing", "plain").watch
    assert (watch.ways, watch.unwatched) == ({KEYS["plain"]: WAY}, {})


def test_a_function_whose_module_is_not_imported_is_said(tmp_path, monkeypatch):
    (tmp_path / PATH).write_text("def plain():\n    pass\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, MODULE, raising=False)
    assert "no function of this process" in Recorder("plain").watch.unwatched[KEYS["plain"]]


def test_a_module_that_was_imported_twice_is_watched_in_both_copies(module, tmp_path):
    spec = importlib.util.spec_from_file_location("second_copy", tmp_path / PATH)
    second = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(second)
    _, found = seen(lambda: (module.plain(1), second.plain(1)), "plain")
    assert found == [("plain", None)] * 2


def codes(module):
    return {name: value.__code__ for name, value in vars(module).items() if hasattr(value, "__code__")} | {
        "method": module.Derived.method.__code__,
        "private": module.Base._Base__private.__code__,
    }


UNWATCHABLE = ("handing_over", "waits", "yields_slowly", "missing")


def test_every_function_is_as_it_was_after_any_number_of_switches(module):
    before = codes(module)
    recorder = Recorder(*(name for name in NAMES if name not in UNWATCHABLE))
    for _ in range(20):
        with recorder:
            module.plain(1)
        module.plain(1)
    recorder.watch.close()
    assert all(codes(module)[name] is code for name, code in before.items())
    assert recorder.seen() == [("plain", None)] * 20
    if WAY == MONITORED:
        assert [sys.monitoring.get_tool(tool) for tool in (3, 4)] == [None, None]


def test_a_closure_that_was_made_meanwhile_is_put_back_too(module):
    recorder = Recorder("inner")
    with recorder:
        made = module.outer(1)
    recorder.watch.close()
    made(1)
    assert recorder.seen() == []
    assert made.__code__ is module.kept.__code__


def test_a_function_that_was_replaced_meanwhile_is_said(module):
    recorder = Recorder("plain", "keyed")
    with recorder:
        module.plain = functools.partial(module.keyed)
    recorder.watch.close()
    assert list(recorder.watch.unwatched) == [KEYS["plain"]]
    assert "replaced by another function" in recorder.watch.unwatched[KEYS["plain"]]


@pytest.mark.skipif(WAY == MONITORED, reason="monitoring exchanges no code")
def test_code_that_was_replaced_meanwhile_is_said_and_left(module):
    recorder = Recorder("plain")
    with recorder:
        module.plain.__code__ = module.keyed.__code__
    recorder.watch.close()
    assert module.plain(2) == -2
    assert "its code was replaced" in recorder.watch.unwatched[KEYS["plain"]]
