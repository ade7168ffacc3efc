"""Planes, their names and hosts, in hand-made files of every order."""

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from profiler.protocol.errors import TraceFormatError
from profiler.readers import xplane
from profiler.readers.xplane import planes
from tests.fuzzing import examples
from tests.oracles import xplane_oracle as oracle
from tests.readers.xplane.encoding import (
    event,
    integer,
    line,
    names,
    space,
    span,
)

MIB = 1 << 20


def small_space(number):
    """Return an XSpace of one plane with one event, named after its number."""
    contents = line(event(1, 0, number + 1)), names([f"e{number}"])
    return space(*contents, plane=f"/host:CPU{number}") + span(4, f"host{number}".encode())


def planes_and_events(found):
    """Return the plane, name and duration of every event, and the first host."""
    planes = found.lines.coded("plane").take(found.events.array("line")).decode()
    durations = found.events.array("duration_ps").tolist()
    return list(zip(planes, found.events.coded("name").decode(), durations, strict=True)), found.hosts[0]


@pytest.mark.long
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


@pytest.mark.fuzz
@examples(100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PIECES)
def test_no_order_of_the_parts_of_a_file_loses_one(read, pieces):
    data = small_space(99) + b"".join(pieces)
    wanted = oracle.space_of(data)
    events = [
        (line.plane, name, took) for line in oracle.lines_of(wanted) for name, _, took, *_ in line.events
    ]
    assert planes_and_events(read(data)) == (events, wanted.hostnames[0])


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


def test_too_many_lines(tmp_path, monkeypatch):
    monkeypatch.setattr(planes, "MOST_LINES", 3)
    path = tmp_path / "a.xplane.pb"
    path.write_bytes(space(*[span(3, b"")] * 4))
    with pytest.raises(TraceFormatError, match="more than 3 lines"):
        xplane.read(path)
