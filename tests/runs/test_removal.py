import shutil

import pytest

from profiler.protocol.errors import CollectError, RunError
from profiler.runs import find, removal
from profiler.runs.lock import locked
from tests import reference


@pytest.fixture
def traces(tmp_path):
    folder = tmp_path / "traces"
    for name in ("first", "second"):
        shutil.copytree(reference.CURRENT, folder / name)
        # what a reference run has beside a run's own files
        (folder / name / "MANIFEST.json").unlink()
        shutil.rmtree(folder / name / "xplane")
    return folder


def names(traces):
    return [one.name for one in find.list_runs(traces)]


def test_a_named_run_goes_and_the_others_stay(traces):
    (run,) = removal.choose(["first"], traces)
    assert run.bytes > 1_000_000
    removal.remove(run)
    assert names(traces) == ["second"]
    assert not (traces / "first").exists()


def test_a_run_named_twice_is_one(traces):
    assert len(removal.choose(["first", str(traces / "first")], traces)) == 1


def test_latest_is_resolved_to_the_run_that_it_is(traces):
    (run,) = removal.choose(["latest"], traces)
    assert run.path == find.find("latest", traces)


def test_reference_captures_stay():
    with pytest.raises(RunError, match="a reference capture"):
        removal.choose([str(reference.CURRENT)], reference.FOLDER.parent)


def test_a_link_is_not_followed(traces, tmp_path):
    (tmp_path / "traces" / "link").symlink_to(traces / "first")
    with pytest.raises(RunError, match="a link"):
        removal.choose(["link"], traces)


def test_a_folder_called_reference_further_up_does_not_matter(tmp_path):
    shutil.copytree(reference.CURRENT, tmp_path / "reference" / "traces" / "first")
    (run,) = removal.choose(["first"], tmp_path / "reference" / "traces")
    assert run.bytes > 1_000_000


def test_a_path_elsewhere_is_removed_where_it_is_a_run(traces, tmp_path):
    (run,) = removal.choose([str(traces / "first")], tmp_path / "other")
    removal.remove(run)
    assert names(traces) == ["second"]


def test_the_run_json_of_another_program_makes_no_run(traces, tmp_path):
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "run.json").write_text('{"mine": 1}')
    with pytest.raises(RunError, match=r"no kprof\.run file"):
        removal.choose([str(tmp_path / "theirs")], traces)


def test_a_run_whose_manifest_was_cut_can_be_removed_by_name(traces):
    (traces / "first" / "run.json").write_text("{")
    removal.remove(removal.choose(["first"], traces)[0])
    assert names(traces) == ["second"]


def test_a_capture_that_was_cut_short_goes_and_its_run_stays(traces):
    half = traces / "first" / ".partial-3"
    half.mkdir()
    (half / "stderr.txt").write_text("cut")
    (chosen,) = removal.choose(["first/.partial-3"], traces)
    assert (chosen.path, chosen.bytes) == (half, 3)
    with locked(traces), pytest.raises(CollectError, match="is measuring into it"):
        removal.remove(chosen)
    removal.remove(chosen)
    assert not half.exists()
    assert names(traces) == ["first", "second"]
    assert not list(traces.glob(f"{removal.REMOVED_PREFIX}*"))


@pytest.mark.parametrize("name", ["first/.partial-3", "link/.partial-4"])
def test_a_cut_capture_that_is_not_there_or_behind_a_link_is_refused(name, traces):
    (traces / "second" / ".partial-4").mkdir()
    (traces / "link").symlink_to(traces / "second")
    with pytest.raises(RunError, match=r"no such capture|a link"):
        removal.choose([name], traces)
    assert (traces / "second" / ".partial-4").is_dir()


@pytest.mark.parametrize("name", ["nothing", "reference", ".", ".partial-3", "first/captures"])
def test_what_is_no_run_is_refused(name, traces):
    (traces / "reference").mkdir()
    with pytest.raises(RunError):
        removal.choose([name], traces)


def test_while_a_run_is_made_nothing_is_removed(traces):
    (run,) = removal.choose(["first"], traces)
    with locked(traces), pytest.raises(CollectError, match="is measuring into it"):
        removal.remove(run)
    assert names(traces) == ["first", "second"]


def test_what_an_interrupted_removal_left_is_no_run_and_goes_with_the_next(traces):
    (traces / "first").rename(traces / f"{removal.REMOVED_PREFIX}first")
    assert names(traces) == ["second"]
    removal.remove(removal.choose(["second"], traces)[0])
    assert [path.name for path in traces.iterdir() if path.is_dir()] == []


@pytest.mark.parametrize("text", ['{"a": 1}', "[1, 2]", "null", '{"schema": "theirs/1"}', '{"schema": 3}'])
def test_a_folder_of_another_program_among_the_runs_is_not_removed(text, traces):
    (traces / "theirs").mkdir()
    (traces / "theirs" / "run.json").write_text(text)
    with pytest.raises(
        RunError, match=r"no kprof\.run file, but another program's; remove the folder yourself"
    ):
        removal.choose(["theirs"], traces)


@pytest.mark.parametrize("text", ["{", "", "not json"])
def test_without_a_readable_manifest_only_a_folder_of_kprof_s_own_files_is_removed(text, traces):
    (traces / "first" / "run.json").write_text(text)
    (traces / "first" / "report.md").write_text("")
    assert removal.choose(["first"], traces)
    (traces / "first" / "thesis.tex").write_text("years of work")
    with pytest.raises(RunError, match=r"thesis\.tex is none of kprof's files; remove the folder yourself"):
        removal.choose(["first"], traces)


def test_a_run_of_a_newer_kprof_can_be_removed(traces):
    (traces / "first" / "run.json").write_text('{"schema": "kprof.run/9"}')
    assert removal.choose(["first"], traces)


def test_what_lies_beside_a_run_elsewhere_is_not_touched(traces, tmp_path):
    """`kprof remove PATH` deleted every folder beside it whose name began with .removed-."""
    theirs = traces / f"{removal.REMOVED_PREFIX}thesis"
    theirs.mkdir()
    (theirs / "chapter.tex").write_text("years of work")
    removal.remove(removal.choose([str(traces / "first")], tmp_path / "other")[0])
    assert (theirs / "chapter.tex").exists()
    removal.remove(removal.choose(["second"], traces)[0])
    assert (theirs / "chapter.tex").exists()


def test_what_a_kprof_left_half_removed_is_cleared_at_home_alone(traces, tmp_path):
    half = traces / f"{removal.REMOVED_PREFIX}third"
    shutil.copytree(traces / "first", half)
    removal.remove(removal.choose([str(traces / "first")], tmp_path / "other")[0])
    assert half.exists()
    removal.remove(removal.choose(["second"], traces)[0])
    assert not half.exists()
