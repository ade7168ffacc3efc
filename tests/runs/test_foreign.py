"""Which RUN is someone else's file, and what it holds."""

import hashlib
import shutil

import pytest

from profiler.protocol.errors import TraceFormatError, UsageError
from profiler.runs import foreign
from tests import foreign_files as files
from tests import reference


def test_a_file_is_someone_else_s_and_a_run_is_ours(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = files.write(files.simple(), tmp_path / "app.prof")
    assert foreign.meant(str(path)) == path
    assert foreign.meant(str(reference.CURRENT)) is None
    for name in ("latest", "", "no-such-run", "x\0y"):
        assert foreign.meant(name) is None


def test_a_run_of_ours_comes_before_a_file_of_its_name(tmp_path, monkeypatch):
    traces = tmp_path / "traces"
    shutil.copytree(reference.CURRENT, traces / "mine")
    monkeypatch.setenv("KPROF_TRACES", str(traces))
    monkeypatch.chdir(tmp_path)
    files.write(files.simple(), tmp_path / "mine")
    assert foreign.meant("mine") is None


def test_a_folder_is_someone_else_s_where_it_holds_a_session(tmp_path):
    assert foreign.meant(str(tmp_path)) is None
    assert foreign.meant(str(files.logs(tmp_path))) == tmp_path / "logs"


def test_the_bytes_say_the_format_whatever_the_name(tmp_path):
    path = files.write(files.simple(), tmp_path / "trace.xplane.pb")
    (opened,) = foreign.open_files(path)
    assert (opened.format, opened.session) == ("pstats", None)
    assert opened.holds_callers and len(opened.profile().functions) == 3
    assert opened.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(UsageError, match="keeps callers, not stacks"):
        opened.trace()


def test_a_log_directory_with_one_session_opens_it(tmp_path):
    opened = foreign.open_file(files.logs(tmp_path))
    assert (opened.format, opened.host, opened.session) == ("xplane", "host", "train/2026_01_05_10_15_00")
    with pytest.raises(UsageError, match="is a trace, not a profile of callers"):
        opened.profile()


def test_of_several_sessions_one_must_be_chosen_by_name(tmp_path):
    logs = files.logs(tmp_path)
    shutil.copytree(logs / "train", logs / "other")
    with pytest.raises(UsageError, match=r"holds 2 sessions: other/.*, train/.*; choose with session=train/"):
        foreign.open_files(logs)
    (opened,) = foreign.open_files(logs, "other/2026_01_05_10_15_00")
    assert opened.session == "other/2026_01_05_10_15_00"
    with pytest.raises(UsageError, match="session=none: no such session"):
        foreign.open_files(logs, "none")


def test_hosts_of_a_session_stay_apart(tmp_path):
    logs = files.logs(tmp_path)
    (file,) = logs.rglob("*.gz")
    shutil.copy(file, file.with_name("other.xplane.pb.gz"))
    assert [one.host for one in foreign.open_files(logs)] == ["host", "other"]
    with pytest.raises(UsageError, match=r"name one host's file: .*host\.xplane\.pb\.gz"):
        foreign.open_file(logs)


def test_a_file_has_no_sessions(tmp_path):
    path = files.write(files.simple(), tmp_path / "app.prof")
    with pytest.raises(UsageError, match="is a file, which has no sessions"):
        foreign.open_files(path, "train")


def test_a_trace_of_an_old_release_says_that_it_holds_the_runtime_alone():
    opened = foreign.open_file(files.OLD_TRACE)
    assert opened.format == "legacy"
    assert [finding.kind for finding in opened.findings] == ["no_python_tracer"]
    with pytest.raises(UsageError, match="keeps the runtime alone"):
        opened.trace()


def test_lost_frames_spoil_a_file():
    assert foreign.open_file(files.LOST).spoiled.startswith("frames were lost")


def test_a_folder_without_a_session_says_so(tmp_path):
    with pytest.raises(TraceFormatError, match="holds no session"):
        foreign.open_files(tmp_path)


def test_a_cut_file_says_what_to_do(tmp_path):
    path = files.real("predict_loop", tmp_path)
    path.write_bytes(path.read_bytes()[:700_000])
    with pytest.raises(TraceFormatError, match=r"at byte \d+\); if it was cut on its way, copy it again"):
        foreign.open_file(path)


def test_a_session_that_is_still_being_written_says_so(tmp_path):
    (tmp_path / "plugins" / "profile" / "2026_11_26").mkdir(parents=True)
    with pytest.raises(TraceFormatError, match="is still being written; wait until the profiler is done"):
        foreign.open_files(tmp_path)
