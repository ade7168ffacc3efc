"""The sessions of log directories as TensorBoard, Keras callbacks and several hosts leave them."""

import os
import shutil
from pathlib import Path

import pytest

from profiler.protocol.errors import TraceFormatError
from profiler.readers import sessions as module
from profiler.readers.sessions import sessions
from tests import reference

XPLANE = next(reference.FOLDER.rglob("*.xplane.pb*"))
LONG_AGO = 1_000_000_000


def put(path, size=7, modified=LONG_AGO):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * size)
    os.utime(path, (modified, modified))
    return path


@pytest.fixture
def log(tmp_path):
    """A log directory of two runs, one with a session of two hosts and one of an old release."""
    one = tmp_path / "logs" / "plugins" / "profile" / "2026_01_02"
    put(one / "b.xplane.pb", 5)
    put(one / "a.xplane.pb", 6)
    put(one / "a.trace.json.gz", 7)
    put(one / "a.overview_page.pb")
    put(tmp_path / "logs" / "train" / "plugins" / "profile" / "2020_01_01" / "local.trace")
    put(tmp_path / "logs" / "train" / "events.out.tfevents.1.vm.profile-empty")
    return tmp_path / "logs"


def test_every_session_of_a_log_directory_is_listed_with_its_hosts_and_formats(log):
    found = sessions(log)
    assert [session.name for session in found] == ["2026_01_02", "train/2020_01_01"]
    assert [session.hosts for session in found] == [("a", "b"), ("localhost",)]
    assert [session.formats for session in found] == [("xplane", "legacy"), ("legacy",)]
    assert [session.size for session in found] == [18, 7]
    assert [file.path.name for file in found[0].files] == ["a.xplane.pb", "b.xplane.pb", "a.trace.json.gz"]
    assert not any(session.being_written for session in found)


def test_a_session_has_its_folder_s_name_wherever_one_looks_from(log):
    profile = log / "plugins" / "profile"
    for folder in (profile, profile / "2026_01_02"):
        (session,) = sessions(folder)
        assert session.name == "2026_01_02"
        assert session.folder == profile / "2026_01_02"


def test_sessions_that_share_a_name_are_told_apart_by_their_places(log):
    put(log / "2026_01_02" / "a.xplane.pb")
    assert sorted(session.name for session in sessions(log)) == [
        "2026_01_02",
        "plugins/profile/2026_01_02",
        "train/2020_01_01",
    ]


def test_a_reference_capture_s_session_is_found():
    (session,) = sessions(XPLANE.parent)
    assert session.formats[0] == "xplane"
    assert session.size >= XPLANE.stat().st_size


def test_an_empty_file_is_being_written_until_it_is_old(log, tmp_path):
    path = put(log / "new" / "vm.xplane.pb", 0, modified=2**33)
    by_name = {session.name: session for session in sessions(log)}
    assert by_name["new"].being_written
    put(path, 0)
    by_name = {session.name: session for session in sessions(log)}
    assert not by_name["new"].being_written
    assert [file.size for file in by_name["new"].files] == [0]


@pytest.mark.parametrize("name", ["vm.xplane.pb.tmp", "vm.xplane.pb.tempstate17", "vm.trace.json.gz.part"])
def test_a_file_with_a_temporary_name_is_being_written(name, tmp_path):
    put(tmp_path / "s" / name)
    (session,) = sessions(tmp_path)
    assert session.being_written
    assert session.files == ()


def test_a_file_that_changes_during_the_look_is_being_written(log, monkeypatch):
    real = os.stat

    def grows(path, *args, **kwargs):
        found = real(path, *args, **kwargs)
        if str(path).endswith("b.xplane.pb"):
            with Path(path).open("ab") as file:
                file.write(b"more")
        return found

    monkeypatch.setattr(module.os, "stat", grows)
    assert [session.being_written for session in sessions(log)] == [True, False]


def test_a_folder_that_a_profiler_has_just_made_is_being_written(tmp_path):
    folder = tmp_path / "plugins" / "profile" / "2026_11_26"
    folder.mkdir(parents=True)
    os.utime(folder, (2**33, 2**33))
    (session,) = sessions(tmp_path)
    assert (session.name, session.files, session.being_written) == ("2026_11_26", (), True)
    os.utime(folder, (LONG_AGO, LONG_AGO))
    assert sessions(tmp_path) == ()


def test_no_link_is_followed_out_of_the_folder(log, tmp_path):
    outside = put(tmp_path / "outside" / "vm.xplane.pb").parent
    (log / "link").symlink_to(outside)
    (log / "up").symlink_to(log)
    files = log / "files"
    files.mkdir()
    (files / "vm.xplane.pb").symlink_to(outside / "vm.xplane.pb")
    (files / "loop.xplane.pb").symlink_to(files / "loop.xplane.pb")
    (files / "in.xplane.pb").symlink_to(log / "plugins" / "profile" / "2026_01_02" / "a.xplane.pb")
    by_name = {session.name: session for session in sessions(log)}
    assert sorted(by_name) == ["2026_01_02", "files", "train/2020_01_01"]
    assert by_name["files"].hosts == ("in",)


@pytest.mark.long
def test_a_folder_of_ten_thousand_files_is_looked_through_once(log, monkeypatch):
    many = log / "many"
    many.mkdir()
    for number in range(10_000):
        (many / f"{number}.txt").touch()
    asked = []
    real = os.stat
    monkeypatch.setattr(module.os, "stat", lambda path, **kw: asked.append(path) or real(path, **kw))
    assert len(sessions(log)) == 2
    assert len(asked) <= 2 * 4
    shutil.rmtree(many)


def test_more_files_than_a_log_directory_has_is_one_error(log, monkeypatch):
    monkeypatch.setattr(module, "MOST_ENTRIES", 5)
    with pytest.raises(TraceFormatError, match="more than 5 files and folders; give the folder of one"):
        sessions(log)


@pytest.mark.parametrize("name", ["gone", "a\0b"])
def test_a_folder_that_cannot_be_read_is_one_error(name, tmp_path):
    with pytest.raises(TraceFormatError, match="cannot be read"):
        sessions(tmp_path / name)


def test_a_file_is_no_folder(log):
    with pytest.raises(TraceFormatError, match="cannot be read"):
        sessions(log / "plugins" / "profile" / "2026_01_02" / "a.xplane.pb")
