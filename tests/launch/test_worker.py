import os
import select
import signal
import sys
import zipfile
from pathlib import Path

import pytest

from profiler.launch import worker
from profiler.protocol.errors import CollectError


def run(tmp_path, code, timeout_s=60.0):
    output = tmp_path / "output.txt"
    return worker.run(sys.executable, ["-c", code], output, timeout_s, worker.Location(tmp_path)), output


def test_a_worker_that_ends_well_has_no_reason(tmp_path):
    ended, output = run(tmp_path, "print('hello')")
    assert (ended.status, ended.reason) == ("ok", None)
    assert output.read_text() == "hello\n"


def test_a_worker_that_raises_is_told_by_its_last_line(tmp_path):
    ended, _ = run(tmp_path, "raise ValueError('no such layer')")
    assert ended.status == "failed"
    assert "no such layer" in ended.reason


def test_what_a_framework_logs_at_the_end_does_not_hide_the_exception(tmp_path):
    script = (
        "import sys, atexit; atexit.register(print, 'I0000 session.cc:150] Profiler session tear down.'); "
    )
    ended, _ = run(tmp_path, script + "raise RuntimeError('another profiler is running')")
    assert ended.reason.endswith(": RuntimeError: another profiler is running")


@pytest.mark.parametrize(
    "logged",
    [
        "E0000 00:00:1795720552.601551    3827 cuda_platform.cc:52] failed call to cuInit: INTERNAL",
        "2026-11-26 19:15:52.123456: I tensorflow/core/platform/cpu_feature_guard.cc:210] optimized",
        "WARNING: All log messages before absl::InitializeLog() is called are written to STDERR",
    ],
)
def test_what_a_framework_logs_is_not_why_a_worker_ended(logged, tmp_path):
    """On every machine without a GPU the reason was that CUDA could not be initialised."""
    ended, _ = run(tmp_path, f"import sys; print('no licence', {logged!r}, sep='\\n'); sys.exit(3)")
    assert ended.reason == "the worker ended with exit code 3: no licence"
    alone, _ = run(tmp_path, f"import sys; print({logged!r}); sys.exit(3)")
    assert alone.reason == f"the worker ended with exit code 3: {logged}"


def test_a_killed_worker_names_the_signal(tmp_path):
    ended, _ = run(tmp_path, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    assert ended.status == "failed"
    assert "SIGKILL" in ended.reason


@pytest.mark.long
def test_a_hanging_worker_is_ended_with_its_children(tmp_path):
    os.mkfifo(tmp_path / "alive")
    reader = os.open(tmp_path / "alive", os.O_RDONLY | os.O_NONBLOCK)
    child = "writer = open('alive', 'w'); writer.write('up'); writer.flush(); import time; time.sleep(600)"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    ended, _ = run(tmp_path, code, timeout_s=3.0)
    assert ended.status == "timeout"
    assert os.read(reader, 100) == b"up"
    assert select.select([reader], [], [], 10)[0], "the child still holds the pipe"
    assert os.read(reader, 100) == b""
    os.close(reader)


@pytest.mark.long
def test_a_worker_that_floods_its_output_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(worker, "MAX_OUTPUT_BYTES", 1 << 16)
    ended, _ = run(tmp_path, "while True: print('x' * 4096)")
    assert ended.status == "failed"
    assert "printed more than" in ended.reason


def test_an_interpreter_that_is_none_is_one_line(tmp_path):
    with pytest.raises(CollectError, match="does not start"):
        worker.run(str(tmp_path), [], tmp_path / "o", 1.0, worker.Location(tmp_path))


def test_an_interrupt_ends_the_worker(tmp_path, monkeypatch):
    started = []
    popen = worker.subprocess.Popen

    def remember(*args, **kwargs):
        started.append(popen(*args, **kwargs))
        return started[0]

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(worker.subprocess, "Popen", remember)
    monkeypatch.setattr(worker.Running, "over", interrupt)
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, "import time; time.sleep(600)")
    assert started[0].poll() is not None


def test_an_interrupt_while_the_worker_is_being_started_leaves_none_behind(tmp_path, monkeypatch):
    """Between the start and the return of Popen nobody knew the process, and it went on."""
    started = []
    popen = worker.subprocess.Popen

    def interrupted(*args, **more):
        process = popen(*args, **more)
        started.append(process.pid)
        signal.raise_signal(signal.SIGINT)
        return process

    monkeypatch.setattr(worker.subprocess, "Popen", interrupted)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            run(tmp_path, "import time; time.sleep(600)")
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
    with pytest.raises(ProcessLookupError):
        os.kill(started[0], 0)


ENDLESS = "import threading, time; threading.Thread(target=time.sleep, args=(600,)).start()\n"


@pytest.mark.long
@pytest.mark.parametrize(
    ("main", "code", "says"),
    [
        ("return 0", 0, None),
        ("return 2", 2, "exit code 2"),
        ("raise ValueError('no such layer')", 1, "ValueError: no such layer"),
    ],
)
def test_a_thread_that_a_model_s_code_has_left_does_not_hold_a_worker_that_has_finished(
    main, code, says, tmp_path, monkeypatch
):
    monkeypatch.setattr(worker, "__file__", str(tmp_path / "launch" / "worker.py"))
    (tmp_path / "collect").mkdir()
    (tmp_path / "collect" / "__init__.py").write_text("")
    (tmp_path / "collect" / "main.py").write_text(f"{ENDLESS}def main(arguments):\n    {main}\n")
    archive = worker.build_zip(tmp_path / "worker.zip")
    assert "__main__.py" in zipfile.ZipFile(archive).namelist()
    where = worker.Location(tmp_path)
    ended = worker.run(sys.executable, [str(archive)], tmp_path / "output", 60.0, where)
    assert (ended.exit_code, ended.status) == (code, "failed" if code else "ok")
    assert says is None or says in ended.reason


def test_what_an_early_end_leaves_of_the_group_is_ended_though_it_ignores_sigterm(tmp_path, monkeypatch):
    """A worker that died early left its children behind: SIGTERM was all that they were sent."""
    monkeypatch.setattr(worker, "KILL_AFTER_S", 0.3)
    os.mkfifo(tmp_path / "alive")
    reader = os.open(tmp_path / "alive", os.O_RDONLY | os.O_NONBLOCK)
    child = (
        "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        "writer = open('alive', 'w'); writer.write('up'); writer.flush(); print('ready', flush=True); "
        "signal.pause()"
    )
    code = (
        "import subprocess, sys; "
        f"child = subprocess.Popen([sys.executable, '-c', {child!r}], stdout=subprocess.PIPE); "
        "child.stdout.readline(); sys.exit(3)"
    )
    ended, _ = run(tmp_path, code)
    assert ended.exit_code == 3
    assert os.read(reader, 100) == b"up"
    assert select.select([reader], [], [], 10)[0], "the child still holds the pipe"
    assert os.read(reader, 100) == b""
    os.close(reader)


def test_the_manager_sleeps_while_its_worker_measures(tmp_path, monkeypatch):
    """It polled about 130 times a second beside the measured process."""
    looks, waits = [], []
    monkeypatch.setattr(worker, "LOOK_S", 60.0)
    wait = worker.subprocess.Popen.wait

    def noted(self, timeout=None):
        # a wait with a timeout polls in CPython
        waits.append((timeout, self.returncode))
        return wait(self, timeout)

    monkeypatch.setattr(worker.subprocess.Popen, "wait", noted)
    stat = Path.stat
    monkeypatch.setattr(Path, "stat", lambda self, **rest: (looks.append(self), stat(self, **rest))[1])
    ended, output = run(tmp_path, "import time; time.sleep(0.5)")
    assert ended.status == "ok"
    assert looks.count(output) == 0
    assert waits[0] == (None, None)
    assert [timeout for timeout, code in waits if code is None and timeout is not None] == []
