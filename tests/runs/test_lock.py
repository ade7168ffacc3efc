import errno
import fcntl
import multiprocessing
import os

import pytest

from profiler.protocol.errors import CollectError
from profiler.runs import lock


def try_to_lock(traces, queue):
    try:
        with lock.locked(traces):
            queue.put("got it")
    except CollectError as error:
        queue.put(str(error))


@pytest.fixture
def lock_elsewhere(tmp_path):
    def attempt():
        context = multiprocessing.get_context("spawn")
        queue = context.Queue()
        other = context.Process(target=try_to_lock, args=(tmp_path, queue))
        other.start()
        told = queue.get(timeout=60)
        other.join()
        return told

    return attempt


@pytest.mark.long
def test_a_second_run_at_once_is_refused_and_allowed_afterwards(tmp_path, lock_elsewhere):
    with lock.locked(tmp_path):
        assert f"process {os.getpid()} is measuring" in lock_elsewhere()
    assert lock_elsewhere() == "got it"


def test_a_traces_folder_that_cannot_be_made_is_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(CollectError, match="another folder with out="),
        lock.locked(tmp_path / "file" / "traces"),
    ):
        pass


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EOPNOTSUPP, errno.EIO])
def test_a_file_system_without_locks_is_not_called_another_process(tmp_path, monkeypatch, number):
    """Any error of flock read as "another process is measuring": on NFS the advice was to wait for nobody."""

    def refuse(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(CollectError) as caught, lock.locked(tmp_path):
        pass
    assert os.strerror(number) in str(caught.value)
    assert "is measuring" not in str(caught.value)


def test_a_lock_that_is_a_link_is_refused_and_its_target_is_left_as_it_is(tmp_path):
    """A stranger's traces folder held a link, and `kprof remove` there emptied the file behind it."""
    (tmp_path / "mine").write_text("text")
    (tmp_path / "traces").mkdir()
    (tmp_path / "traces" / lock.LOCK_FILE).symlink_to(tmp_path / "mine")
    with pytest.raises(CollectError, match="cannot be written or locked"), lock.locked(tmp_path / "traces"):
        pass
    assert (tmp_path / "mine").read_text() == "text"
    assert not lock.is_held(tmp_path / "traces")


def test_a_lock_that_is_a_pipe_holds_nobody_up(tmp_path):
    """A report waited for a writer that never came."""
    os.mkfifo(tmp_path / lock.LOCK_FILE)
    assert not lock.is_held(tmp_path)
    with pytest.raises(CollectError, match="no regular file"), lock.locked(tmp_path):
        pass
