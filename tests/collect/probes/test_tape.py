import itertools
import sys

from profiler.collect.probes.tape import Marks, Tape


def test_marks_number_enters_and_leaves():
    assert Marks.of(3) == (6, 7)


def test_a_full_tape_grows_and_loses_nothing():
    tape = Tape(4, itertools.count().__next__)
    for _ in range(1000):
        tape.record(5)
    assert tape.take()[:, 1].tolist() == list(range(1000))
    assert len(tape.take()) == 0


def test_events_take_no_more_memory_after_a_block_as_large():
    """A list that had grown gave its memory back when the events were forgotten, and took it again."""
    tape = Tape(4)
    sizes = set()
    for block in range(4):
        for _ in range(500):
            tape.record(1)
        tape.clear()
        sizes.add(sys.getsizeof(tape.events))
        if block:
            before = sys.getsizeof(tape.events)
            for _ in range(500):
                tape.record(1)
            assert sys.getsizeof(tape.events) == before
            assert len(tape.take()) == 500
    assert len(sizes) == 1


def test_part_of_an_event_is_cut():
    tape = Tape(4, lambda: 9)
    tape.record(1)
    tape.events.append(3)
    assert tape.take()[:, :2].tolist() == [[1, 9]]
