"""SIGTERM and SIGHUP act like Ctrl-C: no worker, no temporary folder and no half-made run stays."""

import os
import select
import signal
import subprocess
import sys
import threading

import pytest

from profiler.cli import signals

# Says that it was started, and then measures for ever.
HANGING = """#!/bin/sh
echo $$ > "$STARTED"
sleep 600
"""
START_S = 60


def is_gone(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def said(pipe):
    """Return what is written into a pipe first."""
    with os.fdopen(os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)) as file:
        assert select.select([file], [], [], START_S)[0], "nothing was started"
        return file.readline()


@pytest.mark.long
@pytest.mark.usefixtures("heard_signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_an_ended_command_takes_its_worker_and_its_temporary_folder_along(number, tmp_path):
    python, started, temporary = tmp_path / "python", tmp_path / "started", tmp_path / "temporary"
    os.mkfifo(started)
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
        worker = int(said(started))
        process.send_signal(number)
        _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert told.splitlines()[-1] == "kprof: interrupted"
    assert is_gone(worker)
    assert list(temporary.iterdir()) == []


def test_the_handlers_are_there_only_while_a_command_measures():
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGHUP)
    with pytest.raises(KeyboardInterrupt), signals.as_interrupts():
        signal.raise_signal(signal.SIGTERM)
    assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGHUP)) == before


def test_what_is_ignored_stays_ignored():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with signals.as_interrupts():
            signal.raise_signal(signal.SIGHUP)
            assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_second_signal_does_not_cut_the_cleaning_up_short():
    cleaned = False
    with pytest.raises(KeyboardInterrupt), signals.as_interrupts():
        try:
            signal.raise_signal(signal.SIGTERM)
        finally:
            signal.raise_signal(signal.SIGTERM)
            cleaned = True
    assert cleaned


def test_outside_the_main_thread_nothing_is_changed():
    before, seen = signal.getsignal(signal.SIGTERM), []

    def look():
        with signals.as_interrupts():
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [before]
