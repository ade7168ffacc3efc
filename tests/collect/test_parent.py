"""A worker ends when its manager is killed: with real processes, waited for on pipes alone."""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from profiler.collect import parent as watching
from profiler.collect.parent import Parent

ROOT = Path(__file__).parents[2]
# What the kernel must end wakes by itself only long after the test has failed.
PATIENCE_S = 60

# Starts a worker as the manager does, and waits for ever.
MANAGER = """
import os, subprocess, sys
worker = subprocess.Popen([sys.executable, "-c", sys.argv[1], str(os.getpid()), sys.argv[2]],
                          start_new_session=True, pass_fds=[int(sys.argv[3])])
sys.stdin.read()
"""

# Watches its manager, starts a process of its own, says that it is ready, and goes on in one of two ways.
WORKER = """
import os, signal, subprocess, sys
from profiler.collect.parent import Parent
os.makedirs(sys.argv[2] + "/captures")
parent = Parent(int(sys.argv[1]), sys.argv[2])
parent.watch()
subprocess.Popen([sys.executable, "-c", "import time; time.sleep({patience})"], pass_fds=[{held}])
print("ready", flush=True)
{goes_on}
"""
WAITS = "import time; time.sleep({patience})"
# As where the kernel tells nobody: it looks between blocks of work.
LOOKS = """
signal.signal(signal.SIGHUP, signal.SIG_IGN)
while True:
    sum(range(1000))
    parent.check()
"""


def until_closed(pipe):
    """Return what comes out of a pipe until nobody holds its other end."""
    with os.fdopen(pipe, "rb") as file:
        return file.read()


@contextlib.contextmanager
def manager(goes_on, output):
    """Yield a manager whose worker is ready, and a pipe that is open as long as a process of the worker's."""
    pipe, held = os.pipe()
    os.set_inheritable(held, True)
    worker = WORKER.format(patience=PATIENCE_S, held=held, goes_on=goes_on.format(patience=PATIENCE_S))
    process = subprocess.Popen(
        [sys.executable, "-c", MANAGER, worker, str(output), str(held)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        pass_fds=[held],
    )
    os.close(held)
    try:
        assert process.stdout.readline() == b"ready\n"
        yield process, pipe
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


@pytest.mark.parametrize("goes_on", [WAITS, LOOKS], ids=["told", "looking"])
def test_a_worker_whose_manager_is_killed_ends_with_its_children_and_what_it_wrote(goes_on, tmp_path):
    """It went on measuring for as long as its plan said, beside whatever ran next."""
    output = tmp_path / ".partial-0"
    with manager(goes_on, output) as (process, pipe):
        assert output.is_dir()
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert until_closed(pipe) == b""
        assert process.stdout.read() == b""
    assert not output.exists()


@pytest.fixture
def left(monkeypatch):
    """Return what a parent that has gone would do to this process, which must survive."""
    done = []
    monkeypatch.setattr(watching.os, "_exit", lambda code: done.append("exit"))
    monkeypatch.setattr(watching.os, "killpg", lambda group, number: done.append("group"))
    monkeypatch.setattr(watching.os, "getpgrp", lambda: -1)
    return done


def test_nobody_is_watched_where_nobody_waits(tmp_path, left):
    watched = Parent(None, str(tmp_path))
    watched.watch()
    watched.check()
    assert left == []


def test_a_worker_goes_on_while_its_manager_lives(tmp_path, left):
    Parent(os.getppid(), str(tmp_path)).check()
    assert left == []


def test_a_manager_behind_a_launcher_is_looked_for_by_its_number(tmp_path, left):
    """An interpreter may be a script that starts another: the parent is that script then."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        watched = Parent(other.pid, str(tmp_path))
        watched.watch()
        assert left == []
        other.kill()
        other.wait()
        watched.check()
    assert left == ["exit"]


def test_a_child_that_took_the_signal_handler_along_goes_on(tmp_path, left, monkeypatch):
    watched = Parent(os.getppid(), str(tmp_path))
    monkeypatch.setattr(watching.os, "getpid", lambda: -2)
    monkeypatch.setattr(watching.os, "getppid", lambda: -3)
    watched.check()
    assert left == []
    assert tmp_path.is_dir()


def test_a_group_that_is_not_its_own_is_left_alone(tmp_path, left, monkeypatch):
    watched = Parent(os.getppid(), str(tmp_path / "output"))
    monkeypatch.setattr(watching.os, "getppid", lambda: -3)
    watched.check()
    assert left == ["exit"]
    monkeypatch.setattr(watching.os, "getpgrp", os.getpid)
    watched.check()
    assert left == ["exit", "group", "exit"]
