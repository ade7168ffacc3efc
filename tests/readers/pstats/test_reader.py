"""The .prof reader: equal to the standard library's on real profiles, one error on everything else."""

import gzip
import marshal
import os
import profile
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiler import readers
from profiler.protocol.errors import TraceFormatError
from profiler.readers import pstats, session_files
from tests import reference
from tests.fuzzing import examples
from tests.oracles import profile_totals
from tests.readers.pstats.files import GOOD, LABEL, written
from tests.reference_files import PROFILES

REAL = sorted(reference.FOLDER.glob("*/captures/**/profile.prof"))


def by_label(table):
    labels = zip(
        table.coded("path").decode(), table.array("line").tolist(), table.coded("name").decode(), strict=True
    )
    columns = (table.array(n).tolist() for n in ("primitive_calls", "calls", "self_s", "cumulative_s"))
    return dict(zip(labels, zip(*columns, strict=True), strict=True))


def by_edge(profile):
    labels = list(by_label(profile.functions))
    columns = ("caller", "callee", "calls", "primitive_calls", "self_s", "cumulative_s")
    found = {}
    for caller, callee, *row in zip(*(profile.edges.array(n).tolist() for n in columns), strict=True):
        found.setdefault(labels[caller], {})[labels[callee]] = tuple(row)
    return found


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.parts[-3])
def test_every_function_and_edge_of_a_real_profile_is_that_of_the_standard_library(path, guard):
    read = pstats.read(path, guard)
    assert by_label(read.functions) == profile_totals.rows(path)
    assert by_edge(read) == profile_totals.callees(path)
    assert read.negative_times == 0


def test_recursion_is_read_as_the_standard_library_reads_it(small, guard):
    read = pstats.read(small, guard)
    assert by_label(read.functions) == profile_totals.rows(small)
    assert by_edge(read) == profile_totals.callees(small)
    fall = next(row for label, row in by_label(read.functions).items() if label[2] == "fall")
    assert fall[:2] == (1, 6)


@pytest.mark.parametrize("name", PROFILES)
def test_a_reference_file_has_the_calls_and_totals_that_its_own_interpreter_says(name, guard):
    path, answers = PROFILES[name]
    functions = pstats.read(path, guard).functions
    found = {}
    for (_, _, function), row in by_label(functions).items():
        before = found.get(function, (0, 0))
        found[function] = [before[0] + row[0], before[1] + row[1]]
    assert {function: found[function] for function in answers["calls"]} == answers["calls"]
    if "functions" in answers:
        assert len(functions) == answers["functions"]
        assert int(functions.array("calls").sum()) == answers["total_calls"]
        assert int(functions.array("primitive_calls").sum()) == answers["total_primitive_calls"]
        assert float(functions.array("self_s").sum()) == pytest.approx(answers["total_self_s"], abs=1e-12)


def test_a_sampled_profile_counts_samples_and_knows_the_time_between_them(guard):
    path, answers = PROFILES["py3.15-sampled.prof"]
    profile = pstats.read(path, guard)
    assert profile.samples.total == answers["samples"]
    assert profile.samples.interval_s == pytest.approx(answers["interval_s"])
    assert by_edge(profile)[("a.py", 2, "main")] == {
        ("a.py", 5, "work"): (150, 150, pytest.approx(0.15), pytest.approx(0.15)),
        ("a.py", 6, "work"): (40, 40, pytest.approx(0.04), pytest.approx(0.04)),
    }


def test_a_sampled_profile_without_samples_has_no_interval(tmp_path, guard):
    read = pstats.read(written(tmp_path / "a.prof", {("__sampled__",): True}), guard)
    assert (read.samples, len(read.functions)) == (pstats.Samples(0, None), 0)


def test_a_profile_that_counts_calls_has_no_samples(small, guard):
    assert pstats.read(small, guard).samples is None


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.parts[-3])
def test_totals_are_those_that_pstats_adds_up(path, guard):
    functions = pstats.read(path, guard).functions
    calls, primitive_calls, self_s = profile_totals.totals(path)
    assert int(functions.array("calls").sum()) == calls
    assert int(functions.array("primitive_calls").sum()) == primitive_calls
    assert float(functions.array("self_s").sum()) == pytest.approx(self_s)
    by_file = profile_totals.self_s_by_file(path)
    files = np.array(functions.coded("path").decode())
    for file, expected in by_file.items():
        assert float(functions.array("self_s")[files == file].sum()) == pytest.approx(expected)


def test_the_site_packages_prefix_is_stripped_and_equal_labels_stay_apart(tmp_path, guard):
    row = (1, 1, 0.5, 0.5, {})
    stats = {(f"/{p}/site-packages/keras/a.py", 3, "f"): row for p in ("one", "two")}
    functions = pstats.read(written(tmp_path / "a.prof", stats), guard).functions
    assert functions.coded("path").decode() == ["keras/a.py", "keras/a.py"]
    assert functions.array("self_s").sum() == 1.0


@pytest.mark.parametrize(
    ("path", "stripped"),
    [
        ("/usr/lib/python3/dist-packages/numpy/core.py", "numpy/core.py"),
        (r"C:\env\Lib\site-packages\keras\a.py", "keras/a.py"),
        ("/env/site-packages/lib/site-packages/keras/a.py", "keras/a.py"),
        ("/home/site-packages.py", "/home/site-packages.py"),
        ("<frozen importlib>", "<frozen importlib>"),
        ("~", "~"),
    ],
)
def test_only_the_folder_of_packages_is_stripped(path, stripped):
    assert pstats.strip_packages(path) == stripped


def test_a_time_that_rounding_made_negative_becomes_0_and_is_counted(tmp_path, guard):
    stats = {("f.py", 1, "f"): (1, 1, -5e-7, 0.25, {}), ("g.py", 1, "g"): (1, 1, 0.5, 0.5, {})}
    read = pstats.read(written(tmp_path / "a.prof", stats), guard)
    assert read.functions.array("self_s").tolist() == [0.0, 0.5]
    assert (read.negative_times, read.negative_s) == (1, -5e-7)


def test_counts_beyond_32_bits_and_names_of_any_length_are_read(tmp_path, guard):
    names = ["n" * length for length in (0, 1, 15, 16, 255, 256, 70_000)] + ["näme", "名" * 300]
    stats = {("f.py", 1, name): (2**40 + n, 2**62, 0.5, 1.0, {}) for n, name in enumerate(names)}
    functions = pstats.read(written(tmp_path / "a.prof", stats), guard).functions
    assert functions.coded("name").decode() == names
    assert functions.array("primitive_calls").tolist() == [2**40 + n for n in range(len(names))]
    assert set(functions.array("calls").tolist()) == {2**62}


def test_a_name_that_is_no_unicode_text_becomes_one(tmp_path, guard):
    stats = {("f\udc80.py", 1, "f"): (1, 1, 0.0, 0.0, {})}
    functions = pstats.read(written(tmp_path / "a.prof", stats), guard).functions
    assert functions.coded("path").values[0].encode() == b"f\\udc80.py"


def test_a_profile_of_nothing_is_two_empty_tables(tmp_path, guard):
    read = pstats.read(written(tmp_path / "a.prof", {}), guard)
    assert (len(read.functions), len(read.edges)) == (0, 0)


BAD = {
    "a list": [1, 2],
    "a number": 7,
    "a code object": compile("1", "x", "exec"),
    "a label of two": {("f.py", 1): GOOD},
    "a label that is text": {"abc": GOOD},
    "a label of numbers": {(1, 1, 1): GOOD},
    "a line that is text": {("f.py", "1", "f"): GOOD},
    "a row of four": {LABEL: GOOD[:4]},
    "callers that are no dictionary": {LABEL: (*GOOD[:4], [])},
    "an edge of three": {LABEL: (*GOOD[:4], {LABEL: (1, 1, 0.0)})},
    "samples that are no marker": {LABEL: (*GOOD[:4], {LABEL: 1})},
    "samples beside calls": {
        ("__sampled__",): True,
        LABEL: (*GOOD[:4], {LABEL: 1, ("g", 1, "g"): GOOD[:4]}),
        ("g", 1, "g"): GOOD,
    },
    "a row that is nested": {LABEL: ((1, 2, 3), 1, 0.0, 0.0, {})},
    "a name with a zero byte": {("f.py", 1, "f\0"): GOOD},
    "text for a count": {LABEL: ("1", 1, 0.0, 0.0, {})},
    "a count with a fraction": {LABEL: (1, 1.5, 0.0, 0.0, {})},
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
    path = written(tmp_path / "bad.prof", BAD[name])
    with pytest.raises(TraceFormatError, match=r"bad\.prof: ") as caught:
        pstats.read(path, guard)
    assert "\n" not in str(caught.value)


def test_a_profile_of_the_module_profile_is_refused_by_name(tmp_path, guard):
    recorded = profile.Profile()
    recorded.runcall(lambda: sorted([2, 1], key=abs))
    recorded.dump_stats(tmp_path / "slow.prof")
    with pytest.raises(TraceFormatError, match="use cProfile"):
        pstats.read(tmp_path / "slow.prof", guard)


def test_what_comes_after_the_profile_is_no_profile(small, tmp_path, guard):
    (tmp_path / "longer.prof").write_bytes(small.read_bytes() * 2)
    with pytest.raises(TraceFormatError, match="ends before the file does"):
        pstats.read(tmp_path / "longer.prof", guard)


def test_an_empty_or_missing_file_is_one_error(tmp_path, guard):
    (tmp_path / "empty.prof").write_bytes(b"")
    (tmp_path / "folder.prof").mkdir()
    os.mkfifo(tmp_path / "pipe.prof")
    for name in ("empty.prof", "missing.prof", "folder.prof", "pipe.prof", "zero\0.prof"):
        with pytest.raises(TraceFormatError, match=name):
            pstats.read(tmp_path / name, guard)


def read_or_refuse(path, data, guard):
    path.write_bytes(data)
    try:
        profile = pstats.read(path, guard)
    except TraceFormatError as error:
        assert str(path) in str(error)
    else:
        functions, edges = profile.functions, profile.edges
        rows = len(functions)
        for name in ("caller", "callee"):
            ends = edges.array(name)
            assert ((ends >= 0) & (ends < rows)).all()
        for table in (functions, edges):
            assert (table.array("calls") >= table.array("primitive_calls")).all() or profile.samples
            assert np.isfinite(table.array("self_s")).all() and np.isfinite(table.array("cumulative_s")).all()


def test_a_file_cut_at_any_byte_is_one_error(small, tmp_path, guard):
    data = small.read_bytes()
    path = tmp_path / "cut.prof"
    for end in range(len(data)):
        path.write_bytes(data[:end])
        with pytest.raises(TraceFormatError, match=r"cut\.prof: "):
            pstats.read(path, guard)


@pytest.mark.fuzz
def test_flipped_bits_give_a_table_or_one_error(tmp_path, guard):
    data = REAL[0].read_bytes()
    source = random.Random(5)
    for _ in range(150):
        damaged = bytearray(data)
        for _ in range(source.choice((1, 3, 20))):
            damaged[source.randrange(len(damaged))] ^= 1 << source.randrange(8)
        read_or_refuse(tmp_path / "flipped.prof", bytes(damaged), guard)


@pytest.mark.fuzz
def test_any_byte_of_a_small_profile_may_be_any_other(small, tmp_path, guard):
    data = small.read_bytes()
    source = random.Random(6)
    for position in range(len(data)):
        damaged = bytearray(data)
        damaged[position] = source.choice(b"rize)0{\xe9\xe7[(\x00\xff\x7f") ^ source.randrange(2)
        read_or_refuse(tmp_path / "changed.prof", bytes(damaged), guard)


VALUES = st.one_of(
    st.integers(-(2**70), 2**70), st.floats(), st.text(max_size=3), st.none(), st.booleans(), st.just({})
)


ROWS = st.dictionaries(
    st.tuples(st.text(max_size=3), st.integers(-1, 3), st.text(max_size=2)),
    st.tuples(VALUES, VALUES, VALUES, VALUES, st.just({})),
    max_size=3,
)


@pytest.mark.fuzz
@examples(150)
@given(stats=ROWS)
def test_any_figures_are_a_table_or_one_error(stats, tmp_path_factory, guard):
    read_or_refuse(tmp_path_factory.getbasetemp() / "any.prof", marshal.dumps(stats), guard)


@pytest.mark.fuzz
@examples(150)
@given(data=st.binary(min_size=1, max_size=200).map(lambda data: b"{" + data))
def test_any_bytes_are_a_table_or_one_error(data, tmp_path_factory, guard):
    read_or_refuse(tmp_path_factory.getbasetemp() / "any.prof", data, guard)


def test_a_profile_that_gzip_packed_is_read_as_it_is(small, guard, tmp_path):
    """It was said to be of no format that is read."""
    packed = tmp_path / "small.prof.gz"
    packed.write_bytes(gzip.compress(small.read_bytes()))
    assert readers.recognise(packed) == "pstats"
    assert by_edge(pstats.read(packed, guard)) == by_edge(pstats.read(small, guard))


def test_a_packed_profile_that_is_damaged_or_too_large_is_named_itself(small, guard, tmp_path, monkeypatch):
    packed = tmp_path / "small.prof.gz"
    packed.write_bytes(gzip.compress(small.read_bytes()[:-9]))
    with pytest.raises(TraceFormatError) as caught:
        pstats.read(packed, guard)
    assert str(caught.value).startswith(f"{packed}: ") and caught.value.offset is not None
    packed.write_bytes(gzip.compress(small.read_bytes())[:-9])
    with pytest.raises(TraceFormatError, match="damaged gzip"):
        pstats.read(packed, guard)
    packed.write_bytes(gzip.compress(bytes(3 << 20)))
    monkeypatch.setattr(session_files, "GZIP_LIMIT", 2 << 20)
    with pytest.raises(TraceFormatError, match="unpacks to more than 2 MiB"):
        pstats.read(packed, guard)
