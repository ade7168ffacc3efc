"""The .prof reader: equal to the standard library's on real profiles, one error on everything else."""

import cProfile
import marshal
import os
import pickle
import pstats as standard
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from profiler.protocol.errors import TraceFormatError
from profiler.readers import marshal_child, marshal_guard, pstats
from profiler.readers.marshal_guard import MarshalGuard
from tests import reference

REAL = sorted(reference.FOLDER.glob("*/captures/**/profile.prof"))


@pytest.fixture(scope="module")
def guard():
    with MarshalGuard() as shared:
        yield shared


@pytest.fixture
def small(tmp_path):
    """A real profile of a few functions, recursion included."""

    def fall(n):
        return n and fall(n - 1)

    profile = cProfile.Profile()
    profile.runcall(lambda: [fall(5), sorted(range(3), key=str)])
    path = tmp_path / "small.prof"
    profile.dump_stats(path)
    return path


def by_label(table):
    labels = zip(
        table.coded("path").decode(), table.array("line").tolist(), table.coded("name").decode(), strict=True
    )
    columns = (table.array(n).tolist() for n in ("primitive_calls", "calls", "self_s", "cumulative_s"))
    return dict(zip(labels, zip(*columns, strict=True), strict=True))


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.parts[-3])
def test_every_function_of_a_real_profile_is_that_of_the_standard_library(path, guard):
    expected = {label: row[:4] for label, row in standard.Stats(str(path)).stats.items()}
    assert by_label(pstats.read(path, guard).functions) == expected


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.parts[-3])
def test_every_edge_of_a_real_profile_is_that_of_the_standard_library(path, guard):
    profile = pstats.read(path, guard)
    labels = list(by_label(profile.functions))
    edges = profile.edges
    found = {
        (labels[caller], labels[callee]): (calls, primitive, self_s, cumulative_s)
        for caller, callee, primitive, calls, self_s, cumulative_s in zip(
            *(edges.array(column.name).tolist() for column in edges.spec.columns), strict=True
        )
    }
    expected = {
        (caller, callee): edge
        for callee, row in standard.Stats(str(path)).stats.items()
        for caller, edge in row[4].items()
    }
    assert found == expected


def test_the_site_packages_prefix_is_stripped_and_equal_labels_stay_apart(tmp_path, guard):
    row = (1, 1, 0.5, 0.5, {})
    stats = {(f"/{p}/site-packages/keras/a.py", 3, "f"): row for p in ("one", "two")}
    path = tmp_path / "a.prof"
    path.write_bytes(marshal.dumps(stats))
    functions = pstats.read(path, guard).functions
    assert functions.coded("path").decode() == ["keras/a.py", "keras/a.py"]
    assert functions.array("self_s").sum() == 1.0


LABEL = ("f.py", 1, "f")
GOOD = (1, 1, 0.0, 0.0, {})
BAD = {
    "a list": [1, 2],
    "a number": 7,
    "a code object": compile("1", "x", "exec"),
    "a label of two": {("f.py", 1): GOOD},
    "a line that is text": {("f.py", "1", "f"): GOOD},
    "a row of four": {LABEL: GOOD[:4]},
    "callers that are no dictionary": {LABEL: (*GOOD[:4], [])},
    "an edge of three": {LABEL: (*GOOD[:4], {LABEL: (1, 1, 0.0)})},
    "a caller that is no function": {LABEL: (*GOOD[:4], {("g.py", 1, "g"): GOOD[:4]})},
    "text for a count": {LABEL: ("1", 1, 0.0, 0.0, {})},
    "a negative count": {LABEL: (-1, 1, 0.0, 0.0, {})},
    "a huge count": {LABEL: (2**70, 2**70, 0.0, 0.0, {})},
    "more primitive calls than calls": {LABEL: (2, 1, 0.0, 0.0, {})},
    "not a number": {LABEL: (1, 1, float("nan"), 0.0, {})},
    "infinity": {LABEL: (1, 1, 0.0, float("inf"), {})},
    "a negative time": {LABEL: (1, 1, -5.0, 0.0, {})},
    "text for a time": {LABEL: (1, 1, "x", 0.0, {})},
}


@pytest.mark.parametrize("name", BAD)
def test_a_marshal_of_something_else_is_one_error_with_the_file(name, tmp_path, guard):
    path = tmp_path / "bad.prof"
    path.write_bytes(marshal.dumps(BAD[name]))
    with pytest.raises(TraceFormatError, match=r"bad\.prof: no profile") as caught:
        pstats.read(path, guard)
    assert "\n" not in str(caught.value)


HOSTILE = {
    "a tuple of two thousand million": b"(\xff\xff\xff\x7f",
    "a list of as many": b"[\xff\xff\xff\x7f",
    "a string of two gigabytes": b"s\xff\xff\xff\x7f",
    "deep nesting": b")\x01" * 5000 + b"N",
    "a pickle": pickle.dumps({"a": os.path.join}),
    "text": b"ncalls tottime percall\n" * 50,
    "zeros": bytes(1000),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bytes_are_one_error_and_the_next_file_is_read(name, tmp_path, guard, small):
    path = tmp_path / "hostile.prof"
    path.write_bytes(HOSTILE[name])
    with pytest.raises(TraceFormatError, match=r"hostile\.prof"):
        pstats.read(path, guard)
    assert len(pstats.read(small, guard).functions)


@pytest.mark.parametrize("name", HOSTILE)
def test_where_memory_cannot_be_limited_lengths_are_checked_first(name):
    with pytest.raises((ValueError, EOFError)):
        marshal_child.check_lengths(HOSTILE[name])
        marshal_child.parse(HOSTILE[name])


def test_the_length_check_lets_every_real_profile_pass():
    for path in REAL:
        marshal_child.check_lengths(path.read_bytes())


def test_an_empty_or_missing_file_is_one_error(tmp_path, guard):
    (tmp_path / "empty.prof").write_bytes(b"")
    for name in ("empty.prof", "missing.prof"):
        with pytest.raises(TraceFormatError, match=name):
            pstats.read(tmp_path / name, guard)


def read_or_refuse(path, data, guard):
    path.write_bytes(data)
    try:
        profile = pstats.read(path, guard)
    except TraceFormatError as error:
        assert str(path) in str(error)
    else:
        profile.functions.check()
        profile.edges.check()


def test_a_file_cut_at_any_byte_is_a_table_or_one_error(small, tmp_path, guard):
    data = small.read_bytes()
    for end in range(1, len(data)):
        read_or_refuse(tmp_path / "cut.prof", data[:end], guard)


def test_flipped_bits_give_a_table_or_one_error(tmp_path, guard):
    data = REAL[0].read_bytes()
    source = random.Random(5)
    for _ in range(150):
        damaged = bytearray(data)
        for _ in range(source.choice((1, 3, 20))):
            damaged[source.randrange(len(damaged))] ^= 1 << source.randrange(8)
        read_or_refuse(tmp_path / "flipped.prof", bytes(damaged), guard)


@settings(max_examples=150, deadline=None)
@given(data=st.binary(min_size=1, max_size=200))
def test_any_bytes_are_a_table_or_one_error(data, tmp_path_factory, guard):
    read_or_refuse(tmp_path_factory.getbasetemp() / "any.prof", data, guard)


def test_a_child_that_dies_costs_its_file_only(small, monkeypatch, tmp_path):
    with MarshalGuard() as guard:
        pstats.read(small, guard)
        guard._child.kill()
        guard._child.wait()
        assert len(pstats.read(small, guard).functions)


def test_a_child_that_hangs_is_ended(small, monkeypatch, tmp_path):
    silent = tmp_path / "silent.py"
    silent.write_text("import sys\nsys.stdin.buffer.read()\n")
    monkeypatch.setattr(marshal_guard, "CHILD", silent)
    with MarshalGuard(timeout_s=0.2) as guard:
        with pytest.raises(TraceFormatError, match="did not answer"):
            pstats.read(small, guard)
        assert guard._child is None


def test_the_child_ends_with_the_guard(small):
    with MarshalGuard() as guard:
        pstats.read(small, guard)
        child = guard._child
    assert child.poll() is not None


def test_one_child_serves_all_files(small):
    with MarshalGuard() as guard:
        pstats.read(small, guard)
        first = guard._child
        pstats.read(small, guard)
        assert guard._child is first
