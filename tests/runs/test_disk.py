import errno
import os
from pathlib import Path

import pytest

from profiler.cli.main import main
from profiler.launch import manager, preparing
from profiler.launch.listener import Silent
from profiler.plan.request import Request
from profiler.protocol.errors import CollectError, RunError, UsageError
from profiler.runs import disk, removal


def full(*_):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_is_one_line_that_names_the_folder_and_what_to_do(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(disk, "_free", lambda folder: 0 if folder == tmp_path else 1e12)
    monkeypatch.setattr(preparing.worker, "build_zip", full)
    assert main(["run", "tiny", "--out", str(tmp_path)]) == 2
    line = capsys.readouterr().err.splitlines()[-1]
    assert line == (
        f"kprof: {tmp_path}: cannot be written (No space left on device); free some space, "
        "or choose another folder with --out"
    )


def test_a_full_temporary_folder_is_told_from_a_full_folder_of_runs(tmp_path, monkeypatch):
    monkeypatch.setattr(disk, "_free", lambda folder: 1e12 if folder == tmp_path else 0)
    with pytest.raises(CollectError, match="set TMPDIR"), disk.room_in(tmp_path):
        full()


def test_another_error_of_the_system_is_not_called_a_full_disk(tmp_path):
    with pytest.raises(PermissionError), disk.room_in(tmp_path):
        raise PermissionError(errno.EACCES, "no")


def test_a_folder_that_cannot_be_asked_is_not_the_full_one(tmp_path):
    assert disk._free(tmp_path / "none") == float("inf")
    assert disk._free(tmp_path) < float("inf")


@pytest.mark.parametrize("model", ["own.keras", "module:factory"])
def test_a_working_folder_that_was_removed_is_one_line(model, tmp_path, monkeypatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with pytest.raises(UsageError, match="working folder has been removed; change to one"):
        manager.execute(Request(model=model, out=str(tmp_path / "traces")), Silent())
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("command", [["run", "--resume"], ["remove", "--yes"]])
def test_a_name_that_no_folder_can_have_is_one_line(command, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("KPROF_TRACES", str(tmp_path))
    assert main([*command, "x" * 5000]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "...: no such run (File name too long)" in line
    assert len(line) < 160


def test_a_short_name_is_refused_as_before(tmp_path):
    with pytest.raises(RunError, match="no such run"):
        removal.choose(["nothing"], Path(tmp_path))
