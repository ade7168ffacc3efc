"""Runs one worker process: its zip, its timeout and its exit."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from ..environments import variables
from ..protocol.errors import CollectError
from ..protocol.spec import WorkerExit

WORKER_PACKAGE = "kprof_worker"
# How often a running worker's output and time are looked at; its end is noticed at once.
LOOK_S = 1.0
GROUP_LOOK_S = 0.05
KILL_AFTER_S = 5.0
MAX_OUTPUT_BYTES = 64 << 20

# How TensorFlow's log lines begin, after absl and glog: I0000 ..., or a date, ns and a colon.
_LOGGED = re.compile(
    r"[IWE]\d{4} \d\d:\d\d:|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+: [IWE] |WARNING: All log messages before"
)

# The last line of a traceback.
_RAISED = re.compile(r"[\w.]*(Error|Exception|Interrupt|Exit)(:|$)")

EXIT_WITHIN_S = 2.0

INTERRUPTING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

# What was measured lies in files by then; a thread that a model's code has left must not hold the run.
_MAIN = f"""import os
import sys
import threading

from {WORKER_PACKAGE}.collect.main import main


def leave(code):
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


code = 1
try:
    code = main(sys.argv[1:])
finally:
    timer = threading.Timer({EXIT_WITHIN_S}, leave, (code,))
    timer.daemon = True
    timer.start()
sys.exit(code)
"""


def build_zip(path: Path) -> Path:
    """Write the worker's zip to ``path`` and return it.

    Its top level is ``__main__.py`` and `WORKER_PACKAGE`, a regular package: a folder named ``profiler``
    cannot stand in its way.
    """
    here = Path(__file__).parents[1]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("__main__.py", _MAIN)
        archive.writestr(f"{WORKER_PACKAGE}/__init__.py", "")
        for package in ("collect", "protocol"):
            for module in sorted((here / package).rglob("*.py")):
                archive.write(module, f"{WORKER_PACKAGE}/{module.relative_to(here).as_posix()}")
    return path


@dataclass(frozen=True)
class Location:
    """Where a worker runs, and whether the user's ``PYTHONPATH`` is theirs to use there."""

    folder: Path
    keeps_pythonpath: bool = False


@dataclass(frozen=True)
class Job:
    """One worker's process: its interpreter, what that is given, and where what it prints goes.

    ``timeout_s``: how long it may take.
    """

    python: str
    arguments: list[str]
    output: Path
    timeout_s: float
    where: Location


def run(python: str, arguments: list[str], output: Path, timeout_s: float, where: Location) -> WorkerExit:
    """Run ``python -s ARGUMENTS`` to its end, with stdout and stderr in ``output``.

    The process leads its own group: at its end, at the timeout, when it floods its output, or when this
    function is left by an exception (Ctrl-C), whatever is left of the group is ended.

    Raises:
        CollectError: the interpreter does not start.
    """
    begin = time.monotonic()
    with started(Job(python, arguments, output, timeout_s, where)) as running:
        while True:
            running.ended.wait(LOOK_S)
            over = running.over(time.monotonic() - begin)
            if over is not None:
                return over


@contextlib.contextmanager
def started(job: Job, at_end: Callable[[], None] = lambda: None) -> Iterator[Running]:
    """Start a worker's process; whatever is left of its group is ended when the block is left.

    Args:
        job: the process.
        at_end: is called, in a thread of its own, when the process has ended.

    Raises:
        CollectError: the interpreter does not start.
    """
    running = None
    process = None
    with job.output.open("wb") as sink:
        try:
            with _signals_held():
                try:
                    process = subprocess.Popen(
                        [job.python, "-s", *job.arguments],
                        stdin=subprocess.DEVNULL,
                        stdout=sink,
                        stderr=subprocess.STDOUT,
                        env=variables.of_worker(job.where.keeps_pythonpath),
                        cwd=job.where.folder,
                        start_new_session=True,
                    )
                except OSError as error:
                    what = f"does not start ({error.strerror})"
                    raise CollectError(what, job.python, "is it an interpreter?") from error
            running = Running(job, process, at_end)
            yield running
        finally:
            if running is not None:
                running.end()
            elif process is not None:
                _end_group(process)


@contextlib.contextmanager
def _signals_held() -> Iterator[None]:
    """Defer signals while a process starts: until its number is known, nobody could end it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[tuple[int, FrameType | None]] = []
    handlers = {number: signal.getsignal(number) for number in INTERRUPTING}
    ours = {number: handler for number, handler in handlers.items() if callable(handler)}
    for number in ours:
        signal.signal(number, lambda number, frame: came.append((number, frame)))
    try:
        yield
    finally:
        for number, handler in ours.items():
            signal.signal(number, handler)
    for arrived, frame in came[:1]:
        ours[signal.Signals(arrived)](arrived, frame)


class Running:
    """A worker's process that has been started.

    Its end is waited for in a thread that sleeps: polling would run beside the measured process.

    Attributes:
        ended: is set when the process has ended.
    """

    def __init__(self, job: Job, process: subprocess.Popen[bytes], at_end: Callable[[], None]) -> None:
        self.ended = threading.Event()
        self._was_ended = False
        self._job = job
        self._process = process
        self._at_end = at_end
        self._reaper = threading.Thread(target=self._reap, daemon=True)
        self._reaper.start()

    def over(self, seconds: float) -> WorkerExit | None:
        """Return how it ended; None while it may go on.

        Args:
            seconds: what it has taken so far.
        """
        if self.ended.is_set():
            code = self._process.returncode
            if code == 0:
                return WorkerExit("ok", None, seconds, code)
            return WorkerExit("failed", _exit_reason(code, self._job.output), seconds, code)
        if seconds > self._job.timeout_s:
            return WorkerExit("timeout", f"no result within {self._job.timeout_s:.0f} s", seconds)
        if self._job.output.stat().st_size > MAX_OUTPUT_BYTES:
            return WorkerExit("failed", f"printed more than {MAX_OUTPUT_BYTES >> 20} MB", seconds)
        return None

    def end(self) -> None:
        """End the process and whatever it started, and wait for what is called at its end; only once."""
        if self._was_ended:
            # its number may be another's by now
            return
        _end_group(self._process)
        self._reaper.join(KILL_AFTER_S)
        self._was_ended = True

    def _reap(self) -> None:
        self._process.wait()
        self.ended.set()
        self._at_end()


def _exit_reason(code: int, output: Path) -> str:
    if code < 0:
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = f"signal {-code}"
        hint = " (out of memory?)" if name == "SIGKILL" else ""
        return f"the worker was killed by {name}{hint}"
    said = telling_line(output)
    return f"the worker ended with exit code {code}" + (f": {said}" if said else "")


def telling_line(output: Path) -> str:
    """Return a worker's last exception, else the last line that it printed, cut to 300 characters.

    What a framework logs comes last where there is nothing else: it says nothing of why a worker ended.
    """
    with output.open("rb") as file:
        file.seek(max(0, output.stat().st_size - 16384))
        lines = [line.strip() for line in file.read().decode("utf-8", "replace").split("\n") if line.strip()]
    raised = [line for line in lines if _RAISED.match(line)]
    said = [line for line in lines if not _LOGGED.match(line)]
    return (raised or said or lines or [""])[-1][:300]


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """End the worker and whatever it started; a process that ignores SIGTERM gets SIGKILL."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        deadline = time.monotonic() + KILL_AFTER_S
        try:
            os.killpg(process.pid, number)
            while time.monotonic() < deadline:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(GROUP_LOOK_S)
                # raises once nothing of the group is left
                os.killpg(process.pid, 0)
                time.sleep(GROUP_LOOK_S)
        except (ProcessLookupError, PermissionError):
            return
