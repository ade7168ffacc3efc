"""Profiles written for pstats and snakeviz."""

import cProfile
import marshal
import pstats as standard

import pytest
import snakeviz.stats

from profiler.attribution import validated
from profiler.export import pstats as writer
from profiler.protocol.errors import UsageError
from profiler.readers import pstats
from profiler.readers.pstats import Profile
from profiler.runs import record
from profiler.tables import spec
from profiler.tables.profile import EDGES, FUNCTIONS
from tests import reference
from tests.export.samples import HOSTILE, NOWHERE, called
from tests.oracles import profile_totals

REAL = sorted(reference.FOLDER.glob("*/captures/**/profile.prof"))


@pytest.mark.long
@pytest.mark.parametrize("path", REAL, ids=lambda path: path.parts[-3])
def test_what_is_written_is_what_was_read_for_the_standard_library_too(path, tmp_path):
    copy = tmp_path / "copy.prof"
    writer.write(pstats.read(path), copy)
    assert standard.Stats(str(copy)).stats == standard.Stats(str(path)).stats


def test_rows_of_one_label_keep_their_time(tmp_path):
    functions = spec.make(
        FUNCTIONS,
        path=["a.py", "a.py", "b.py"],
        line=[1, 1, 2],
        name=["f", "f", "g"],
        primitive_calls=[1, 1, 1],
        calls=[1, 1, 1],
        self_s=[1.0, 2.0, 4.0],
        cumulative_s=[1.0, 2.0, 7.0],
    )
    edges = spec.make(
        EDGES,
        caller=[2, 2],
        callee=[0, 1],
        primitive_calls=[1, 1],
        calls=[1, 1],
        self_s=[1.0, 2.0],
        cumulative_s=[1.0, 2.0],
    )
    writer.write(Profile(functions, edges), tmp_path / "out.prof")
    stats = standard.Stats(str(tmp_path / "out.prof")).stats
    assert sum(row[2] for row in stats.values()) == 7.0
    assert set(stats) == {("a.py", 1, "f"), ("other-2/site-packages/a.py", 1, "f"), ("b.py", 2, "g")}
    again = pstats.read(tmp_path / "out.prof")
    assert equal(again.functions, functions)
    assert equal(again.edges, edges)


def equal(first, second):
    return all(
        (one.decode() if isinstance(one, spec.Coded) else one.tolist())
        == (two.decode() if isinstance(two, spec.Coded) else two.tolist())
        for one, two in zip(first.columns.values(), second.columns.values(), strict=True)
    )


@pytest.mark.long
@pytest.mark.parametrize("path", REAL, ids=lambda path: path.parts[-3])
def test_reading_what_was_written_gives_equal_tables(path, tmp_path):
    first = pstats.read(path)
    writer.write(first, tmp_path / "copy.prof")
    again = pstats.read(tmp_path / "copy.prof")
    assert len(first.functions) > 100
    assert equal(again.functions, first.functions)
    assert equal(again.edges, first.edges)


def test_labels_that_differ_by_their_packages_folder_alone_come_back_as_two_rows(tmp_path):
    profile = cProfile.Profile()
    profile.runcall(sorted, [2, 1], key=abs)
    profile.create_stats()
    for folder in ("one", "two", "three"):
        label = (f"/{folder}/site-packages/a.py", 1, "f")
        profile.stats[label] = (1, 1, 0.5, 0.5, {label: (1, 1, 0.5, 0.5)})
    (tmp_path / "in.prof").write_bytes(marshal.dumps(profile.stats))
    first = pstats.read(tmp_path / "in.prof")
    writer.write(first, tmp_path / "out.prof")
    again = pstats.read(tmp_path / "out.prof")
    assert len(again.edges) == len(first.edges)
    assert equal(again.functions, first.functions)
    assert equal(again.edges, first.edges)
    assert profile_totals.totals(tmp_path / "out.prof") == profile_totals.totals(tmp_path / "in.prof")


def test_snakeviz_makes_its_page_from_what_is_written(tmp_path):
    writer.write(pstats.read(REAL[0]), tmp_path / "copy.prof")
    stats = standard.Stats(str(tmp_path / "copy.prof"))
    assert len(snakeviz.stats.table_rows(stats)) == len(stats.stats)
    assert any(key.endswith("(predict)") for key in snakeviz.stats.json_stats(stats))


def test_a_place_that_cannot_be_written_is_one_error(tmp_path):
    with pytest.raises(UsageError, match="cannot be written"):
        writer.write(pstats.read(REAL[0]), tmp_path / "missing" / "copy.prof")
    assert not list(tmp_path.iterdir())


@pytest.fixture(scope="module")
def found():
    return validated.load(record.read(reference.CURRENT), None)


def test_the_profile_reads_back_with_the_same_totals(found, tmp_path):
    (tmp_path / "exact.prof").write_bytes(b"".join(writer.pieces(found.stacks, found.places, "tiny")))
    window_ps = int(found.stacks.table.array("self_ps").sum())
    again = pstats.read(tmp_path / "exact.prof")
    assert again.functions.array("self_s").sum() == pytest.approx(window_ps / 1e12, rel=1e-9)
    assert again.functions.array("calls").sum() == found.stacks.table.array("calls").sum()
    assert standard.Stats(str(tmp_path / "exact.prof")).total_tt == pytest.approx(window_ps / 1e12, rel=1e-9)


@pytest.mark.parametrize("name", HOSTILE)
def test_names_that_could_break_the_format_come_back(name, tmp_path):
    (tmp_path / "hostile.prof").write_bytes(b"".join(writer.pieces(called(name), NOWHERE, name)))
    assert len(pstats.read(tmp_path / "hostile.prof").functions) == 3
