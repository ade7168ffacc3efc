import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from profiler.protocol import files
from profiler.protocol.errors import RunError
from profiler.runs import find
from profiler.runs.lock import LOCK_FILE, locked
from tests import reference


@pytest.fixture
def run(tmp_path):
    return shutil.copytree(reference.CURRENT, tmp_path / "20260101-000000-run")


@pytest.mark.parametrize("name", ["x" * 5000, "a\0b", "", "x/" * 3000, "latest", "."])
def test_a_name_that_means_no_run_is_one_short_line(name, tmp_path):
    """A name of 5000 characters was an internal error of every command but two."""
    with pytest.raises(RunError) as caught:
        find.find(name, tmp_path)
    assert len(str(caught.value)) < 400
    assert "\n" not in str(caught.value)


def test_a_run_that_is_being_made_is_not_the_latest(tmp_path, run):
    other = shutil.copytree(run, tmp_path / "20270101-000000-going-on")
    text = (other / files.RUN_FILE).read_text()
    (other / files.RUN_FILE).write_text(
        text.replace('"complete"', '"running"').replace("2026-11-23", "2027-01-01")
    )
    with locked(tmp_path):
        assert find.find("latest", tmp_path) == run
        assert find.list_runs(tmp_path)[1].status == "running"
        (run / files.RUN_FILE).unlink()
        assert find.find("latest", tmp_path) == other


def test_a_run_whose_process_was_killed_is_interrupted_and_may_be_the_latest(tmp_path, run):
    """After SIGKILL such a run was called running for ever."""
    manifest = run / files.RUN_FILE
    manifest.write_text(manifest.read_text().replace('"complete"', '"running"'))
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    (tmp_path / LOCK_FILE).write_text(f"process {gone.pid}")
    assert find.list_runs(tmp_path)[0].status == "interrupted"
    assert find.find("latest", tmp_path) == run


def test_a_run_without_a_usable_capture_is_called_failed(tmp_path, run):
    """It was listed as complete."""
    manifest = run / files.RUN_FILE
    manifest.write_text(re.sub(r'"status": "(ok|unsound)"', '"status": "failed"', manifest.read_text()))
    assert find.list_runs(tmp_path)[0].status == "failed"


def test_a_file_in_place_of_the_traces_folder_is_one_line(tmp_path):
    (tmp_path / "traces").write_text("")
    with pytest.raises(RunError, match=r"traces: is no folder; name one with \$KPROF_TRACES"):
        find.list_runs(tmp_path / "traces")


def test_files_that_vanish_while_they_are_counted_are_left_out(tmp_path, run, monkeypatch):
    """`kprof list` beside a run that was going on ended in an internal error."""
    whole = find.size_of(run)
    walk = find.os.walk

    def walk_and_lose(folder):
        for place, folders, names in walk(folder):
            yield place, folders, [*names, "gone.npy"]

    monkeypatch.setattr(find.os, "walk", walk_and_lose)
    assert find.size_of(run) == whole
    assert find.list_runs(tmp_path)[0].bytes == whole


@pytest.mark.parametrize(
    ("name", "near"), [("latset", "latest"), ("20260101-000000-ru", "20260101-000000-run")]
)
def test_the_nearest_name_is_offered(name, near, tmp_path, run):
    with pytest.raises(RunError, match=rf"{name}: no such run; did you mean {near}\?"):
        find.find(name, tmp_path)


def test_an_empty_name_is_told_so(tmp_path):
    with pytest.raises(RunError, match="an empty name: names no run; give a path"):
        find.find("", tmp_path)


def test_a_folder_that_cannot_be_read_is_one_line(tmp_path, monkeypatch):
    def refuse(_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(find.Path, "iterdir", refuse)
    with pytest.raises(RunError, match=r"cannot be read .Permission denied"):
        find.list_runs(tmp_path)


def test_a_run_with_an_unreadable_manifest_says_why_in_the_list(tmp_path, run):
    (run / files.RUN_FILE).write_text("{")
    (summary,) = find.list_runs(tmp_path)
    assert summary.status.startswith("unreadable: run.json: not valid JSON")


def test_a_folder_that_may_not_be_looked_into_hides_no_run(tmp_path, run, monkeypatch):
    """One such folder made all runs unreadable."""
    closed = tmp_path / "closed"
    closed.mkdir()
    is_file = Path.is_file

    def refused(path):
        if path.parent == closed:
            raise PermissionError(13, "Permission denied", str(path))
        return is_file(path)

    monkeypatch.setattr(Path, "is_file", refused)
    first, second = find.list_runs(tmp_path)
    assert first.name == "closed" and first.status.startswith("unreadable: ")
    assert (second.path, find.find("latest", tmp_path)) == (run, run)
