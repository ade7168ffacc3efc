"""A command that the system ends leaves no worker, no temporary folder and no run that never ends."""

import os
import signal
import subprocess
import sys
import time

import pytest

from profiler.cli import progress

# Says that it was started, and then measures for ever.
HANGING = """#!/bin/sh
echo $$ > "$STARTED.tmp"
mv "$STARTED.tmp" "$STARTED"
sleep 600
"""


def gone(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def within(seconds, true):
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_command_that_is_ended_takes_its_worker_and_its_temporary_folder_along(number, tmp_path):
    python, started, temporary = tmp_path / "python", tmp_path / "started", tmp_path / "temporary"
    python.write_text(HANGING)
    python.chmod(0o755)
    temporary.mkdir()
    command = [sys.executable, "-m", "profiler", "run", "tiny", "--python", str(python)]
    with subprocess.Popen(
        [*command, "--out", str(tmp_path / "traces")],
        env={**os.environ, "STARTED": str(started), "TMPDIR": str(temporary)},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert within(60, started.exists)
        process.send_signal(number)
        _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert told.splitlines()[-1] == "kprof: interrupted"
    assert within(10, lambda: gone(int(started.read_text())))
    assert list(temporary.iterdir()) == []


def test_the_handlers_are_there_only_while_a_command_measures():
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGHUP)
    with pytest.raises(KeyboardInterrupt), progress.make():
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(5)
    assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGHUP)) == before


def test_what_is_ignored_stays_ignored():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with progress.make():
            os.kill(os.getpid(), signal.SIGHUP)
            assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
