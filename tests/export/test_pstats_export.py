import pstats as standard

import pytest

from profiler import tables
from profiler.export import pstats as writer
from profiler.readers import pstats
from profiler.readers.pstats import Profile
from tests import reference

REAL = sorted(reference.FOLDER.glob("*/captures/**/profile.prof"))


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.parts[-3])
def test_what_is_written_is_what_was_read_for_the_standard_library_too(path, tmp_path):
    copy = tmp_path / "copy.prof"
    writer.write(pstats.read(path), copy)
    assert standard.Stats(str(copy)).stats == standard.Stats(str(path)).stats


def test_rows_of_one_label_keep_their_time(tmp_path):
    functions = tables.make(
        tables.FUNCTIONS,
        path=["a.py", "a.py", "b.py"],
        line=[1, 1, 2],
        name=["f", "f", "g"],
        primitive_calls=[1, 1, 1],
        calls=[1, 1, 1],
        self_s=[1.0, 2.0, 4.0],
        cumulative_s=[1.0, 2.0, 7.0],
    )
    edges = tables.make(
        tables.EDGES,
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
    assert set(stats) == {("a.py", 1, "f"), ("a.py", 1, "f (2)"), ("b.py", 2, "g")}
