"""The XPlane reader against a real capture, TensorFlow's own class, and hand-made files of every odd kind."""

import gzip
import json
import struct

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from profiler.protocol.errors import TraceFormatError
from profiler.readers import xplane
from profiler.readers.wire import messages
from profiler.tables import trace as trace_tables
from tests import reference
from tests.oracles import xplane_oracle as oracle
from tests.readers.xplane.encoding import (
    anomalies,
    event,
    integer,
    line,
    names,
    rows_with_stats,
    space,
    span,
    varint,
)

CAPTURE = reference.FOLDER / "tf2.21.0-py3.11" / "xplane"
MANIFEST = json.loads((CAPTURE / "MANIFEST.json").read_text())
PACKED = CAPTURE / MANIFEST["file"]
MIB = 1 << 20


@pytest.fixture(scope="module")
def raw():
    return gzip.decompress(PACKED.read_bytes())


@pytest.fixture(scope="module")
def trace():
    return xplane.read(PACKED)


@pytest.fixture
def read(tmp_path):
    def read_bytes(data: bytes, name: str = "host.xplane.pb") -> xplane.Trace:
        path = tmp_path / name
        path.write_bytes(data)
        found = xplane.read(path)
        found.lines.check()
        found.events.check()
        return found

    return read_bytes


# a real capture


def test_manifest_answers(trace):
    wanted = MANIFEST["lines"]
    lines = trace.lines
    assert lines.coded("name").decode() == [row["name"] for row in wanted]
    assert lines.coded("plane").decode() == [row["plane"] for row in wanted]
    assert lines.array("timestamp_ns").tolist() == [row["timestamp_ns"] for row in wanted]
    of_line = trace.events.array("line")
    assert np.bincount(of_line).tolist() == [row["events"] for row in wanted]
    sums = [int(trace.events.array("duration_ps")[of_line == row].sum()) for row in range(len(wanted))]
    assert sums == [row["duration_ps"] for row in wanted]
    assert np.bincount(of_line[rows_with_stats(trace)]).tolist() == [row["with_stats"] for row in wanted]
    assert trace.hosts == (MANIFEST["host"],)


def test_tables_keep_their_invariants(trace):
    trace.lines.check()
    trace.events.check()
    assert trace.lines.spec is trace_tables.LINES


def test_kinds_of_lines(trace):
    kinds = trace.lines.coded("kind").decode()
    assert kinds[0] == "python"
    assert set(kinds[1:]) == {"executor"}


def test_self_times_are_the_union_of_each_line(trace):
    of_line = trace.events.array("line")
    start, duration = trace.events.array("start_ps"), trace.events.array("duration_ps")
    for row in range(len(trace.lines)):
        mine = of_line == row
        events = list(zip(start[mine].tolist(), duration[mine].tolist(), strict=True))
        assert int(trace.events.array("self_ps")[mine].sum()) == oracle.union_length(events)


def test_python_line_has_the_known_tree(trace):
    answers = MANIFEST["python_line"]
    mine = trace.events.array("line") == 0
    found = trace.events.coded("name").take(mine).decode()
    assert {name: found.count(name) for name in answers["counts"]} == answers["counts"]
    assert sum(name.startswith("$") for name in found) == answers["python_events"]
    assert int(trace.events.array("depth")[mine].max()) == answers["deepest"]
    assert anomalies(trace) == {"partial overlap": answers["cut_events"]}
    assert int(trace.events.array("self_ps")[mine].sum()) == answers["union_ps"]


def test_predict_lies_in_its_mark(trace):
    found = trace.events.coded("name").decode()
    parent = trace.events.array("parent")
    for row in (row for row, name in enumerate(found) if name == "$trainer.py:521 predict"):
        above, place = [], row
        while place >= 0:
            above.append(found[place])
            place = parent[place]
        assert above[-1] == "kprof_call"


def test_equal_to_the_published_class_field_by_field(raw, trace):
    wanted = oracle.lines_of(oracle.space_of(raw))
    assert len(wanted) == len(trace.lines)
    of_line = trace.events.array("line")
    stats = dict(zip(rows_with_stats(trace), trace.stats(rows_with_stats(trace)), strict=True))
    found_names = trace.events.coded("name").decode()
    for row, line_wanted in enumerate(wanted):
        rows = np.flatnonzero(of_line == row)
        found = [
            (found_names[i], int(start), int(duration), 0, stats.get(i, {}))
            for i, start, duration in zip(
                rows.tolist(),
                trace.events.array("start_ps")[rows],
                trace.events.array("duration_ps")[rows],
                strict=True,
            )
        ]
        assert found == line_wanted.events


def test_stats_of_rows_without_any_are_empty(trace):
    row = rows_with_stats(trace)[0]
    assert trace.stats([row - 1, row]) == [{}, {"step_num": 0, "_r": 1}]


def test_mapped_file_and_packed_file_are_equal(read, raw, trace):
    mapped = read(raw)
    for name in ("line", "start_ps", "duration_ps", "depth", "parent", "self_ps"):
        assert np.array_equal(mapped.events.array(name), trace.events.array(name))


@pytest.mark.parametrize("size", [1 << 9, 1 << 12, 1 << 16])
def test_size_of_the_windows_does_not_matter(raw, trace, tmp_path, monkeypatch, size):
    monkeypatch.setattr(messages.walk, "__defaults__", (size,))
    (tmp_path / "a.xplane.pb").write_bytes(raw[: len(raw)])
    found = xplane.read(tmp_path / "a.xplane.pb").events
    assert np.array_equal(found.array("start_ps"), trace.events.array("start_ps"))
    assert found.coded("name").decode() == trace.events.coded("name").decode()


def test_session_of_two_hosts(tmp_path, raw, trace):
    (tmp_path / "a.xplane.pb").write_bytes(raw)
    (tmp_path / "b.xplane.pb.gz").write_bytes(gzip.compress(space(line(event(1, 0, 5)), names(["$f"])), 1))
    both = xplane.read_session(tmp_path)
    both.events.check()
    assert both.hosts == ("vm", "b")
    assert len(both.events) == len(trace.events) + 1
    assert both.events.coded("name").decode()[-1] == "$f"
    assert both.lines.coded("host").decode()[-2:] == ["vm", "b"]
    assert both.stats(rows_with_stats(trace)[:2]) == trace.stats(rows_with_stats(trace)[:2])


def test_folder_without_a_file_says_so(tmp_path):
    with pytest.raises(TraceFormatError, match=r"holds no .xplane\.pb"):
        xplane.read_session(tmp_path)


# hand-made files


def small_space(number):
    """Return an XSpace of one plane with one event, named after its number."""
    contents = line(event(1, 0, number + 1)), names([f"e{number}"])
    return space(*contents, plane=f"/host:CPU{number}") + span(4, f"host{number}".encode())


def planes_and_events(found):
    """Return the plane, name and duration of every event, and the first host."""
    planes = found.lines.coded("plane").take(found.events.array("line")).decode()
    durations = found.events.array("duration_ps").tolist()
    return list(zip(planes, found.events.coded("name").decode(), durations, strict=True)), found.hosts[0]


def test_files_put_one_behind_the_other_keep_all_their_planes(read):
    data = b"".join(small_space(number) for number in range(12))
    assert len(oracle.space_of(data).planes) == 12
    found, host = planes_and_events(read(data))
    assert found == [(f"/host:CPU{number}", f"e{number}", number + 1) for number in range(12)]
    assert host == "host0"


def test_a_run_of_host_names_gives_the_first(read):
    hosts = b"".join(span(4, b"host%d" % number) for number in range(9))
    assert planes_and_events(read(hosts + small_space(9)))[1] == "host0"


PIECES = st.lists(
    st.one_of(
        st.integers(0, 30).map(small_space),
        st.integers(0, 30).map(lambda number: span(4, b"only%d" % number)),
        st.sampled_from([span(2, b"error"), span(3, b""), integer(7, 1), space(plane="/empty")]),
    ),
    min_size=1,
    max_size=40,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PIECES)
def test_no_order_of_the_parts_of_a_file_loses_one(read, pieces):
    data = small_space(99) + b"".join(pieces)
    wanted = oracle.space_of(data)
    events = [
        (line.plane, name, took) for line in oracle.lines_of(wanted) for name, _, took, *_ in line.events
    ]
    assert planes_and_events(read(data)) == (events, wanted.hostnames[0])


def test_parent_depth_and_self_time(read):
    found = read(space(line(event(1, 0, 100) + event(2, 10, 30) + event(2, 50, 20)), names(["a", "b"])))
    assert found.events.coded("name").decode() == ["a", "b", "b"]
    assert found.events.array("self_ps").tolist() == [50, 30, 20]
    assert found.events.array("parent").tolist() == [-1, 0, 0]
    assert found.lines.array("nests").tolist() == [True]


def test_unsorted_events_keep_their_stats(read):
    def mark(value):
        return span(4, integer(1, 1) + integer(4, value))

    events = event(1, 50, 5, mark(50)) + event(1, 0, 100) + event(1, 10, 5, mark(10))
    found = read(space(line(events), names(["a"]), names(["key"], 5)))
    assert found.events.array("start_ps").tolist() == [0, 10, 50]
    assert found.stats([0, 1, 2]) == [{}, {"key": 10}, {"key": 50}]


def test_every_kind_of_stat(read):
    def stat(number, contents):
        return span(4, integer(1, number) + contents)

    values = (
        stat(1, varint(2 << 3 | 1) + struct.pack("<d", 1.5))
        + stat(2, integer(3, (1 << 64) - 1))
        + stat(3, integer(4, -7))
        + stat(4, span(5, "é".encode()))
        + stat(5, span(6, b"\xff"))
        + stat(6, integer(7, 1))
        + stat(9, b"")
    )
    found = read(space(line(event(1, 0, 1, values)), names(["a"]), names(list("uvwxyz"), 5)))
    assert found.stats([0]) == [
        {"u": 1.5, "v": (1 << 64) - 1, "w": -7, "x": "é", "y": b"\xff", "z": "u", "9": None}
    ]


def test_events_that_overlap_partially_are_cut_and_counted(read):
    found = read(space(line(event(1, 0, 10) + event(2, 5, 20)), names(["open", "region"])))
    assert anomalies(found) == {"partial overlap": 1}
    assert found.lines.array("nests").tolist() == [False]
    assert found.events.array("self_ps").tolist() == [5, 20]
    assert found.events.array("parent").tolist() == [-1, -1]


@pytest.mark.parametrize(
    ("offset", "duration", "counts"),
    [
        (5, -3, {"backwards": 1}),
        (-5, 3, {"early": 1}),
        ((1 << 63) - 1, 9, {"wrapped": 1}),
        (-(1 << 63), (1 << 63) - 1, {"wrapped": 1, "early": 1}),
        (1, (1 << 63) - 1, {"wrapped": 1}),
    ],
)
def test_odd_times_are_counted(read, offset, duration, counts):
    found = read(space(line(event(1, 0, 1) + event(1, offset, duration)), names(["a"])))
    assert anomalies(found) == counts
    assert len(found.events) == 2
    assert (found.events.array("duration_ps") >= 0).all()


def test_event_that_names_no_metadata(read):
    found = read(space(line(event(7, 0, 1) + event(1, 2, 1)), names(["a"])))
    assert found.events.coded("name").decode() == ["", "a"]
    assert anomalies(found) == {"unnamed": 1}


def test_metadata_ids_far_apart_and_negative(read):
    entries = b"".join(
        span(4, integer(1, key) + span(2, span(2, name)))
        for key, name in ((-5, b"minus"), (1 << 62, b"far"), (3, b"three"))
    )
    found = read(space(line(event(1 << 62, 0, 1) + event(-5, 2, 1) + event(3, 4, 1)), entries))
    assert found.events.coded("name").decode() == ["far", "minus", "three"]


def test_the_last_of_duplicate_metadata_ids_counts(read):
    twice = names(["old"]) + names(["new"])
    assert read(space(line(event(1, 0, 1)), twice)).events.coded("name").decode() == ["new"]


def test_names_of_a_megabyte_and_invalid_utf8(read):
    long = "x" * MIB
    found = read(space(line(event(1, 0, 1) + event(2, 2, 1)), names([long, b"\xff\xfe"])))
    assert found.events.coded("name").decode() == [long, "��"]


def test_same_name_under_two_ids_is_one_name(read):
    found = read(space(line(event(1, 0, 1) + event(2, 2, 1)), names(["a", "a"])))
    assert found.events.coded("name").values == ("a",)


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


def test_aggregated_events_have_no_start(read):
    aggregated = span(4, integer(1, 1) + integer(2, 9) + integer(5, 3) + integer(3, 4))
    found = read(space(line(aggregated), names(["a"])))
    assert anomalies(found) == {"aggregated": 1}
    assert found.events.array("start_ps").tolist() == [0]


def test_unknown_fields_and_wire_types_are_passed_over(read):
    unknown = (
        integer(15, 5) + span(200, b"abc") + varint(9 << 3 | 1) + bytes(8) + varint(9 << 3 | 5) + bytes(4)
    )
    wrong_type = span(3, b"zz")
    plain = space(line(event(1, 3, 4)), names(["a"]))
    found = read(
        span(99, b"?") + space(line(unknown + event(1, 3, 4, unknown + wrong_type) + unknown), names(["a"]))
    )
    assert found.events.array("start_ps").tolist() == [3]
    assert found.events.array("duration_ps").tolist() == [4]
    assert len(read(plain).events) == 1


def test_unknown_fields_between_all_events(read):
    events = b"".join(event(1, i * 10, 5) + integer(20 + i % 7, i) for i in range(3000))
    found = read(space(line(events), names(["a"])))
    assert found.events.array("start_ps").tolist() == list(range(0, 30000, 10))


def test_event_of_very_many_fields(read):
    many = span(4, integer(1, 1)) * 5000
    found = read(space(line(event(1, 1, 2, many) + event(1, 5, 2)), names(["a"])))
    assert found.events.array("start_ps").tolist() == [1, 5]
    assert rows_with_stats(found) == [0]


def test_event_larger_than_a_window(read):
    stat = span(4, integer(1, 1) + span(5, b"y" * (2 * MIB)))
    found = read(space(line(event(1, 1, 2, stat) + event(1, 5, 2)), names(["a"]), names(["k"], 5)))
    assert found.events.array("start_ps").tolist() == [1, 5]
    assert len(found.stats([0])[0]["k"]) == 2 * MIB


def test_padded_varints(read):
    padded = span(4, integer(1, 1) + varint(16) + varint(7, width=10) + varint(24) + varint(3, width=9))
    found = read(space(line(padded), names(["a"])))
    assert found.events.array("start_ps").tolist() == [7]
    assert found.events.array("duration_ps").tolist() == [3]
