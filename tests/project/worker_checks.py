"""What the worker must do under any Python: run by interpreters that have no kprof, with the zip's path.

    python tests/project/worker_checks.py WORKER.zip FOLDER

Prints a JSON object: what was checked, by name. NumPy's part is left out where there is none.
"""

from __future__ import annotations

import dataclasses
import importlib.util
import json
import os
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, sys.argv[1])

from kprof_worker.collect import (
    blocks,
    captures,
    entry_points,
    frameworks,
    growth,
    harness,
    inspection,
    instruments,
    machine,
    parent,
    places,
    selftest,
)
from kprof_worker.collect.captures import Timing
from kprof_worker.collect.harness import Call
from kprof_worker.collect.probes.watches import Watches
from kprof_worker.protocol import files, schemas
from kprof_worker.protocol.decoding import decode
from kprof_worker.protocol.errors import CollectError
from kprof_worker.protocol.growth import Growth
from kprof_worker.protocol.inspection import InspectedFunction
from kprof_worker.protocol.spec import (
    BlockRecord,
    CaptureManifest,
    CatalogueSpec,
    MeasureSpec,
    ObserveSpec,
    Spec,
    WorkloadSpec,
)

FOLDER = Path(sys.argv[2])
MODULE = "checked_by_worker.py"
SOURCE = """
def entry(count):
    return [inner(number) for number in range(count)]


def inner(number):
    return number + 1


def unused():
    pass
"""


def catalogue():
    return CatalogueSpec(
        functions=[MODULE + "::" + name for name in ("entry", "inner", "unused", "gone")],
        observe=ObserveSpec(loops={MODULE + "::entry": "the loop"}),
        frames=[MODULE + "::entry"],
    )


def subject(call):
    return instruments.Subject(call, str(FOLDER), None, Watches(catalogue()))


def check_inspection(call):
    found, names = inspection.inspect_call(call, None, catalogue())
    assert found.loop == "the loop", found
    assert found.functions[MODULE + "::inner"].entered == 3, found
    assert found.functions[MODULE + "::inner"].outside == 3, found
    assert found.functions[MODULE + "::unused"].entered == 0, found
    assert found.functions[MODULE + "::gone"] == InspectedFunction(exists=False), found
    assert any(row[:1] == [MODULE] for row in names), names


def check_other_threads(call):
    def in_a_thread():
        started = threading.Thread(target=call.entry, args=(2,))
        started.start()
        started.join()

    found, _ = inspection.inspect_call(Call(in_a_thread, (), {}), None, catalogue())
    inner = found.functions[MODULE + "::inner"]
    assert (inner.entered, inner.on_other_threads) == (0, True), found
    assert not found.functions[MODULE + "::unused"].on_other_threads, found


def check_places(call):
    assert places.locate(MODULE + "::inner").lines == (6,)
    assert places.portable(str(FOLDER / MODULE)) == MODULE


def check_cprofile(call):
    def sound():
        attached = instruments.attach("cprofile", subject(call))
        assert len(attached.take(5, 0).durations) == 5
        recording = attached.finish()
        assert (FOLDER / "profile.prof").stat().st_size > 0
        return recording.unsound is None

    # a machine that stalls between the profile's edge and the clock makes one recording unsound, not five
    assert any(sound() for _ in range(5)) == selftest.is_sound()


def check_decoding(call):
    part = MeasureSpec("here", 0, 1, [], catalogue())
    spec = Spec("/out", [WorkloadSpec("tiny")], pin=[1], measure=part, parent=2)
    assert decode(Spec, json.loads(json.dumps(dataclasses.asdict(spec)))) == spec
    place = ("harness.py", 22, "measured_calls")
    manifest = CaptureManifest("failed", "why", {}, harness=place, blocks=[BlockRecord(0, 4)])
    assert decode(CaptureManifest, json.loads(json.dumps(dataclasses.asdict(manifest)))) == manifest


def check_frameworks(call):
    assert frameworks.known() == ["tensorflow"]
    assert frameworks.wanted({}) == "tensorflow"
    try:
        frameworks.load("jax")
    except CollectError as error:
        assert "unset it" in str(error), error
    else:
        raise AssertionError("an unknown framework was loaded")


def check_entry_points(call):
    calls = entry_points.calls_of("predict", SimpleNamespace(predict=len), [1], 1, 1, None)
    assert calls.later() == calls.first() == Call(len, ([1],), {"batch_size": 1, "verbose": 0})


def check_parent(call):
    watched = parent.Parent(os.getppid(), str(FOLDER))
    watched.watch()
    watched.check()
    assert machine.cores() >= 1


def check_blocks(call):
    schedule = blocks.schedule([20, 200], [50000000, 1000000], 7)
    assert schedule == blocks.schedule([20, 200], [50000000, 1000000], 7)
    assert [sum(one.calls for one in schedule if one.variant == n) for n in (0, 1)] == [20, 200]


class Framework:
    name, graphs = "made up", "graphs"

    def live_graphs(self):
        return 3


def check_growth(call):
    (found,) = growth.of_quick_calls([(call, 50000000)], Framework(), 7, lambda: None)
    assert found.error is None and len(found.growth.blocks) == 6, found
    around = growth.AroundTimed(Framework())
    around.take("slow", 1, lambda: None)
    around.watch("slow", lambda: [1])
    path = str(FOLDER / files.GROWTH_FILE)
    for one in (found, around.outcome("slow")):
        files.write_json(path, {"schema": schemas.GROWTH, **dataclasses.asdict(one.growth)})
        assert decode(Growth, files.read_json(path, schemas.GROWTH)) == one.growth


def check_captures(call):
    (first,), others = harness.first_call(call).durations, harness.warm_up(call).durations
    attached = instruments.attach("wall", subject(call))
    durations = attached.take(4, 1).durations
    folder = FOLDER / "capture"
    folder.mkdir()
    identity = CaptureManifest("failed", None, {}, "here", "v", entry_point="predict", instrument="wall")
    timing = Timing(first, others, durations, [BlockRecord(0, 4)])
    captures.write(str(folder), identity, timing, attached.finish())
    manifest = files.read_json(str(folder / files.CAPTURE_FILE), schemas.CAPTURE)
    manifest = decode(CaptureManifest, manifest)
    assert manifest.window_ns == sum(durations), manifest
    assert manifest.files[files.LATENCIES_FILE], manifest
    assert (FOLDER / files.FRAMES_FILE).is_file()


PROBED = "probed_by_worker.py"
PROBED_SOURCE = """
import functools


def plain(n):
    return n + 1


def deep(n):
    if n:
        deep(n - 1)
    else:
        raise ValueError


def even(n):
    return n == 0 or odd(n - 1)


def odd(n):
    return n != 0 and even(n - 1)


def gen(n):
    for i in range(n):
        try:
            yield plain(i)
        except KeyError:
            plain(i)


def outer(k):
    def inner(x):
        return x + k

    return inner


class A:
    def __hidden(self):
        return 1

    def method(self):
        return self.__hidden()

    @property
    def prop(self):
        return 1

    @staticmethod
    def stat():
        return 2

    @classmethod
    def clas(cls):
        return 3


class B(A):
    def method(self):
        return super().method()


def deco(f):
    @functools.wraps(f)
    def wrapper(*a, **k):
        return f(*a, **k)

    return wrapper


@deco
def decorated(a, b=2, *, c=3):
    return a + b + c


kept = outer(5)
partial = functools.partial(plain, 1)
bound = [B().method]


def work():
    sorted([2, 1], key=plain)
    list(map(plain, [1]))
    partial()
    try:
        deep(2)
    except ValueError:
        pass
    even(3)
    list(gen(2))
    one = gen(2)
    next(one)
    one.throw(KeyError)
    one.close()
    made = outer(1)
    made(1), kept(1)
    b = B()
    b.method(), bound[0](), b.prop, b.stat(), b.clas()
    assert decorated(1) == 6
    return made
"""
# name -> entries in one call of work(); a generator enters once more after each pause
EXPECTED = {
    "plain": 2 + 1 + 1 + 2 + 3,
    "deep": 3,
    "even": 2,
    "odd": 2,
    "gen": 3 + 3,
    "outer": 1,
    "outer.<locals>.inner": 2,
    "A.__hidden": 2,
    "A.method": 2,
    "B.method": 2,
    "A.prop": 1,
    "A.stat": 1,
    "A.clas": 1,
    "decorated": 1,
    "deco.<locals>.wrapper": 1,
}


def check_probes(call):
    from _thread import get_ident

    from kprof_worker.collect.probes import spans, tape, watch

    (FOLDER / PROBED).write_text(PROBED_SOURCE)
    import probed_by_worker as probed

    names = list(EXPECTED)
    before = probed.plain.__code__
    ways = set()
    monitoring = getattr(sys, "monitoring", None)
    for taken in (False, True) if monitoring else (False,):
        for tool in (3, 4) if taken else ():
            monitoring.use_tool_id(tool, "another")
        recorded = tape.Tape()
        watched = watch.Watch([PROBED + "::" + name for name in [*names, "gone"]], recorded)
        assert not watched.unwatched, watched.unwatched
        ways.update(watched.ways.values())
        for _ in range(3):
            watched.on()
            made = probed.work()
            watched.off()
            found = spans.spans(recorded.take(), get_ident())
            counts = {name: int((found.function == at).sum()) for at, name in enumerate(names)}
            assert counts == EXPECTED, (counts, watched.ways)
            assert not found.open and not found.stray and not found.backward, found
        watched.close()
        probed.work(), made(1)
        assert not len(recorded.take())
        assert probed.plain.__code__ is before
        for tool in (3, 4):
            if taken:
                monitoring.free_tool_id(tool)
            elif monitoring:
                assert monitoring.get_tool(tool) is None
    assert ways == ({"monitored", "in its frame"} if monitoring else {"in its frame"}), ways


def check_monitoring(call):
    from kprof_worker.collect.probes import monitoring
    from kprof_worker.collect.probes.tape import Marks, Tape

    if not hasattr(sys, "monitoring"):
        assert monitoring.free_tool() is None
        return
    copies = [{}, {}]
    for one in copies:
        exec(compile("def f(): pass", "same.py", "exec"), one)
    marks = [(one["f"].__code__, Marks.of(at)) for at, one in enumerate(copies)]
    for way, expected in ((monitoring.Monitoring, [0, 1, 2, 3]), (monitoring.Returns, [1, 3])):
        tape = Tape(8)
        watching = way(marks, tape)
        for taken, used in (((), 3), ((3,), 4), ((), 3)):
            for tool in taken:
                sys.monitoring.use_tool_id(tool, "another")
            watching.on()
            assert sys.monitoring.get_tool(used) == monitoring.NAME, (taken, used)
            for one in copies:
                one["f"]()
            watching.off()
            copies[0]["f"]()
            for tool in taken:
                sys.monitoring.free_tool_id(tool)
            assert tape.take()[:, 0].tolist() == expected, (way, taken)
            assert [sys.monitoring.get_tool(tool) for tool in monitoring.TOOLS] == [None, None]


def check_taken_ids(call):
    """Other tools that come between two blocks cost wall its frames of the second, not the capture."""
    monitoring = getattr(sys, "monitoring", None)
    if monitoring is None:
        return
    attached = instruments.attach("wall", subject(call))
    attached.ready()
    first = attached.take(2, 1).durations
    for tool in (3, 4):
        monitoring.use_tool_id(tool, "another")
    second = attached.take(3, 0).durations
    for tool in (3, 4):
        assert monitoring.get_tool(tool) == "another"
        monitoring.free_tool_id(tool)
    recording = attached.finish()
    import numpy

    frames = numpy.load(str(FOLDER / files.FRAMES_FILE)).tolist()
    assert all(0 < frames[at] <= first[at] for at in range(2)), (frames, first)
    assert frames[2:] == [-1] * 3 and len(second) == 3, frames
    assert "other tools" in recording.unsplit, recording


ASYNC = "async_by_worker.py"
ASYNC_SOURCE = """
def plain():
    return 1


class Pause:
    def __await__(self):
        yield 1


async def waits():
    await Pause()
    return plain()


async def yields():
    for _ in range(2):
        yield plain()


def inner():
    got = yield 1
    plain()
    try:
        yield got
    except KeyError:
        yield plain()


def over():
    yield from inner()


def step(coroutine):
    try:
        return coroutine.send(None)
    except (StopIteration, StopAsyncIteration) as stop:
        return getattr(stop, "value", None)


def work():
    waiting = waits()
    step(waiting), step(waiting)
    made = yields()
    for _ in range(3):
        step(made.__anext__())
    handing = over()
    next(handing), handing.send(5), handing.throw(KeyError)
    handing.close()
"""
# (name, name of the span around it) in the order of the starts; what is thrown into a generator that hands
# over goes to the other one alone, and so does the end of a generator at first
ASYNC_EXPECTED = [
    ("waits", None),
    ("waits", None),
    ("plain", "waits"),
    ("yields", None),
    ("plain", "yields"),
    ("yields", None),
    ("plain", "yields"),
    ("yields", None),
    ("over", None),
    ("inner", "over"),
    ("over", None),
    ("inner", "over"),
    ("plain", "inner"),
    ("inner", None),
    ("plain", "inner"),
    ("inner", None),
    ("over", None),
]


def check_asynchronous(call):
    """Coroutines and generators that hand over are monitored, or are said to be unwatchable."""
    from _thread import get_ident

    from kprof_worker.collect.probes import spans, tape, watch

    (FOLDER / ASYNC).write_text(ASYNC_SOURCE)
    import async_by_worker as module

    names = ["plain", "waits", "yields", "inner", "over"]
    recorded = tape.Tape()
    watched = watch.Watch([ASYNC + "::" + name for name in names], recorded)
    watched.on()
    module.work()
    watched.off()
    watched.close()
    found = spans.spans(recorded.take(), get_ident())
    named = [names[number] for number in found.function]
    seen = [(name, named[above] if above >= 0 else None) for name, above in zip(named, found.parent)]  # noqa: B905
    assert not found.open and not found.stray, found
    if hasattr(sys, "monitoring"):
        assert seen == ASYNC_EXPECTED, seen
        return
    reasons = {key.partition("::")[2]: why for key, why in watched.unwatched.items()}
    assert sorted(reasons) == ["over", "waits", "yields"], reasons
    assert "hands over" in reasons["over"] and "asynchronous" in reasons["waits"], reasons
    assert seen == [
        (name, None if above in reasons else above) for name, above in ASYNC_EXPECTED if name not in reasons
    ], seen


def main():
    (FOLDER / MODULE).write_text(SOURCE)
    sys.path.insert(0, str(FOLDER))
    import checked_by_worker

    call = Call(checked_by_worker.entry, (3,), {})
    checks = [
        check_inspection,
        check_other_threads,
        check_places,
        check_cprofile,
        check_blocks,
        check_decoding,
        check_entry_points,
        check_frameworks,
        check_growth,
        check_parent,
    ]
    if importlib.util.find_spec("numpy") is not None:
        checks += [check_captures, check_monitoring, check_taken_ids, check_probes, check_asynchronous]
    for check in checks:
        check(call)
    print(json.dumps([check.__name__ for check in checks]))


main()
