import numpy as np

from profiler.collect.probes.tape import FIELDS, Marks, Tape


def test_events_come_back_in_order_and_are_forgotten():
    tape = Tape(8)
    for mark in range(3):
        tape.record(mark)
    taken = tape.take()
    assert (taken.shape, taken.dtype) == ((3, FIELDS), np.int64)
    assert taken[:, 0].tolist() == [0, 1, 2]
    assert (np.diff(taken[:, 1]) >= 0).all()
    assert len(tape.take()) == 0


def test_a_full_tape_grows_and_loses_nothing():
    tape = Tape(4)
    for mark in range(1000):
        tape.record(mark)
    assert tape.take()[:, 0].tolist() == list(range(1000))


def test_its_memory_is_there_before_the_first_event_and_stays():
    tape = Tape(1000)
    held = tape.events.__sizeof__()
    for _ in range(3):
        for mark in range(1000):
            tape.record(mark)
        assert tape.events.__sizeof__() == held
        tape.take()
        assert tape.events.__sizeof__() == held


def test_part_of_an_event_is_cut():
    tape = Tape(8)
    tape.record(1)
    tape.events.append(7)
    assert len(tape.take()) == 1


def test_marks_of_functions_do_not_meet():
    marks = [mark for number in range(50) for mark in Marks.of(number)]
    assert marks == list(range(100))


def test_code_objects_stand_for_their_marks_before_the_time_and_after_it():
    def watched():
        pass

    def other():
        pass

    tape = Tape(8)
    tape.marks = {id(one.__code__): Marks.of(number) for number, one in enumerate((watched, other))}
    tape.extend((watched.__code__, 10, 7))
    tape.extend((other.__code__, 11, 7))
    tape.extend((12, other.__code__, 7))
    tape.extend((13, watched.__code__, 8))
    assert tape.take().tolist() == [[0, 10, 7], [2, 11, 7], [3, 12, 7], [1, 13, 8]]
