"""What two names mean, and how they are compared."""

import dataclasses

import pytest

from profiler.comparison import named
from profiler.comparison.foreign import ForeignComparison
from profiler.comparison.runs import RunComparison
from profiler.protocol.errors import OptionError, RunError
from tests import foreign_files as files
from tests import reference


@pytest.fixture
def paths(tmp_path):
    return [str(files.write(files.simple(s), tmp_path / f"{s}.prof")) for s in (2.0, 4.0)]


def test_two_files_give_differences(paths):
    found = named.compare(*paths)
    assert isinstance(found, ForeignComparison) and (found.before, found.after) == tuple(paths)


def test_two_runs_give_a_verdict():
    assert isinstance(named.compare(str(reference.CURRENT), str(reference.CURRENT)), RunComparison)


@pytest.mark.long
def test_a_run_beside_a_file_is_measured_alike(tmp_path):
    file = str(files.real("predict_loop", tmp_path))
    for sides in ((file, str(reference.CURRENT)), (str(reference.CURRENT), file)):
        (entry,) = named.compare(*sides).entries
        assert None not in dataclasses.astuple(entry)[:5]


def test_a_smallest_effect_without_a_verdict_is_refused(paths):
    with pytest.raises(OptionError, match="without a verdict there is none") as caught:
        named.compare(*paths, smallest_effect=0.1)
    assert caught.value.option == "smallest_effect"


def test_sessions_need_log_directories(paths):
    with pytest.raises(OptionError, match="more sessions than there are log directories") as caught:
        named.compare(*paths, sessions=("train",))
    assert caught.value.option == "session"


def test_what_is_not_there_is_told_as_a_run(paths):
    with pytest.raises(RunError, match="no such run"):
        named.compare(paths[0], "nowhere")
