"""Events that open and close with spans."""

import contextlib

import pytest

from profiler.collect.probes.named_events import NamingTape
from profiler.collect.probes.tape import Marks

OUTER, INNER = Marks.of(0), Marks.of(1)


@pytest.fixture
def log():
    return []


@pytest.fixture
def tape(log):
    @contextlib.contextmanager
    def event(name):
        log.append(f"{name} begins")
        yield
        log.append(f"{name} ends")

    return NamingTape(["outer", "inner"], event)


def test_an_event_stands_around_each_span(tape, log):
    for mark in (OUTER.enter, INNER.enter, INNER.leave, INNER.enter, INNER.leave, OUTER.leave):
        tape.record(mark)
    inner = ["inner begins", "inner ends"]
    assert log == ["outer begins", *inner, *inner, "outer ends"]
    assert len(tape.take()) == 0


def test_code_objects_are_named_too(tape, log):
    def watched():
        pass

    tape.marks = {id(watched.__code__): INNER}
    tape.extend((watched.__code__, 10, 7))
    tape.extend((11, watched.__code__, 7))
    assert log == ["inner begins", "inner ends"]


def test_recursion_and_threads_are_kept_apart(tape, log):
    for thread, mark in ((1, 0), (2, 2), (1, 0), (1, 1), (2, 3), (1, 1)):
        tape.extend((mark, 0, thread))
    outer = ["outer begins", "outer ends"]
    assert log == ["outer begins", "inner begins", *outer, "inner ends", "outer ends"]


def test_a_span_that_never_ended_ends_with_the_one_around_it_and_a_leave_alone_is_nothing(tape, log):
    for mark in (INNER.leave, OUTER.enter, INNER.enter, OUTER.leave, INNER.leave):
        tape.record(mark)
    assert log == ["outer begins", "inner begins", "inner ends", "outer ends"]
