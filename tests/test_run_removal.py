import shutil

import pytest

from profiler import run_removal
from profiler.protocol.errors import CollectError, RunError
from profiler.readers import run_directory
from profiler.run_store import locked
from tests import reference


@pytest.fixture
def traces(tmp_path):
    folder = tmp_path / "traces"
    for name in ("first", "second"):
        shutil.copytree(reference.CURRENT, folder / name)
    return folder


def names(traces):
    return [one.name for one in run_directory.list_runs(traces)]


def test_a_named_run_goes_and_the_others_stay(traces):
    (run,) = run_removal.choose(["first"], traces)
    assert run.bytes > 1_000_000
    run_removal.remove(run)
    assert names(traces) == ["second"]
    assert not (traces / "first").exists()


def test_a_run_named_twice_is_one(traces):
    assert len(run_removal.choose(["first", str(traces / "first")], traces)) == 1


def test_latest_is_resolved_to_the_run_that_it_is(traces):
    (run,) = run_removal.choose(["latest"], traces)
    assert run.path == run_directory.find("latest", traces)


def test_reference_captures_stay():
    with pytest.raises(RunError, match="a reference capture"):
        run_removal.choose([str(reference.CURRENT)], reference.FOLDER.parent)


def test_a_link_is_not_followed(traces, tmp_path):
    (tmp_path / "traces" / "link").symlink_to(traces / "first")
    with pytest.raises(RunError, match="a link"):
        run_removal.choose(["link"], traces)


@pytest.mark.parametrize("name", ["nothing", "reference", "."])
def test_what_is_no_run_is_refused(name, traces):
    (traces / "reference").mkdir()
    with pytest.raises(RunError):
        run_removal.choose([name], traces)


def test_while_a_run_is_made_nothing_is_removed(traces):
    (run,) = run_removal.choose(["first"], traces)
    with locked(traces), pytest.raises(CollectError, match="is measuring into it"):
        run_removal.remove(run)
    assert names(traces) == ["first", "second"]


def test_what_an_interrupted_removal_left_is_no_run_and_goes_with_the_next(traces):
    (traces / "first").rename(traces / f"{run_removal.REMOVED_PREFIX}first")
    assert names(traces) == ["second"]
    run_removal.remove(run_removal.choose(["second"], traces)[0])
    assert [path.name for path in traces.iterdir() if path.is_dir()] == []
