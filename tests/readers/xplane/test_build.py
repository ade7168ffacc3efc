"""The lines of a session, joined, sorted and nested."""

from tests.readers.xplane.encoding import (
    anomalies,
    event,
    line,
    names,
    space,
)

MIB = 1 << 20


def test_parent_depth_and_self_time(read):
    found = read(space(line(event(1, 0, 100) + event(2, 10, 30) + event(2, 50, 20)), names(["a", "b"])))
    assert found.events.coded("name").decode() == ["a", "b", "b"]
    assert found.events.array("self_ps").tolist() == [50, 30, 20]
    assert found.events.array("parent").tolist() == [-1, 0, 0]
    assert found.lines.array("nests").tolist() == [True]


def test_events_that_overlap_partially_are_cut_and_counted(read):
    found = read(space(line(event(1, 0, 10) + event(2, 5, 20)), names(["open", "region"])))
    assert anomalies(found) == {"partial overlap": 1}
    assert found.lines.array("nests").tolist() == [False]
    assert found.events.array("self_ps").tolist() == [5, 20]
    assert found.events.array("parent").tolist() == [-1, -1]


def test_event_that_names_no_metadata(read):
    found = read(space(line(event(7, 0, 1) + event(1, 2, 1)), names(["a"])))
    assert found.events.coded("name").decode() == ["", "a"]
    assert anomalies(found) == {"unnamed": 1}


def test_halves_of_a_split_line_are_joined(read):
    thread = (1 << 31) + 77
    whole = line(event(1, 0, 100_000) + event(1, 200_000, 5), "python", thread, 50)
    half = line(event(2, 10_000, 3), "", thread - (1 << 32), 60)
    other = line(event(1, 0, 3), "tf_Compute/1", 5)
    found = read(space(whole, other, half, names(["predict", "$f.py:1 f"])))
    assert found.lines.coded("name").decode() == ["python", "tf_Compute/1"]
    assert found.lines.coded("kind").decode() == ["python", "executor"]
    assert found.lines.array("timestamp_ns").tolist() == [50, 0]
    assert found.events.array("line").tolist() == [0, 0, 0, 1]
    assert found.events.array("start_ps").tolist() == [0, 20_000, 200_000, 0]
    assert found.events.array("parent").tolist() == [-1, 0, -1, -1]


def test_lines_without_a_thread_id_are_not_joined(read):
    found = read(space(line(event(1, 0, 1), "a", 0), line(event(1, 0, 1), "b", 0), names(["x"])))
    assert found.lines.coded("name").decode() == ["a", "b"]


def test_device_planes(read):
    found = read(space(line(event(1, 0, 1), "Stream #1"), names(["kernel"]), plane="/device:GPU:0"))
    assert found.lines.coded("kind").decode() == ["device"]
