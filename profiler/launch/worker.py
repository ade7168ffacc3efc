"""One worker process: its zip, its environment variables, its timeout and its end."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

from ..protocol.errors import CollectError

WORKER_PACKAGE = "kprof_worker"
POLL_S = 0.05
KILL_AFTER_S = 5.0
MAX_OUTPUT_BYTES = 64 << 20

# What changes how a framework runs; a run keeps them.
RECORDED = ("CUDA_", "XLA_", "TF_", "OMP_", "KERAS_")
RECORDED_NAMES = ("LD_LIBRARY_PATH", "PYTHONPATH")
# Terraform's, which hold passwords.
NOT_RECORDED = ("TF_VAR_", "TF_TOKEN_", "TF_CLI_")

# The last line of a traceback.
_RAISED = re.compile(r"[\w.]*(Error|Exception|Interrupt|Exit)(:|$)")

EXIT_WITHIN_S = 2.0

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
class Ended:
    """How a worker process ended; ``reason`` is None when it exited 0 in time."""

    status: str
    reason: str | None
    seconds: float
    exit_code: int | None = None


@dataclass(frozen=True)
class Location:
    """Where a worker runs, and whether the user's ``PYTHONPATH`` is theirs to use there."""

    folder: Path
    keeps_pythonpath: bool = False


def worker_environment(keep_pythonpath: bool) -> dict[str, str]:
    """Return the environment variables of a worker.

    ``PYTHONHASHSEED`` is fixed, and ``PYTHONPATH`` cleared for built-in workloads; ``CUDA_*``, ``XLA_*``,
    ``TF_*`` and ``LD_LIBRARY_PATH`` pass through with all others.
    """
    variables = {k: v for k, v in os.environ.items() if k not in ("PYTHONHOME", "PYTHONSTARTUP")}
    if not keep_pythonpath:
        variables.pop("PYTHONPATH", None)
    variables["PYTHONHASHSEED"] = "0"
    return variables


def recorded_variables(keep_pythonpath: bool) -> dict[str, str]:
    """Return those of a worker's environment variables that change how a framework runs, by name."""
    return {
        name: value
        for name, value in sorted(worker_environment(keep_pythonpath).items())
        if name in RECORDED_NAMES or (name.startswith(RECORDED) and not name.startswith(NOT_RECORDED))
    }


def run(python: str, arguments: list[str], output: Path, timeout_s: float, where: Location) -> Ended:
    """Run ``python -s ARGUMENTS`` to its end, with stdout and stderr in ``output``.

    The process is its own group: at the timeout, when it floods its output, or when this function is left by
    an exception (Ctrl-C), the whole group is ended.

    Raises:
        CollectError: the interpreter does not start.
    """
    begin = time.monotonic()
    with output.open("wb") as sink:
        try:
            process = subprocess.Popen(
                [python, "-s", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                env=worker_environment(where.keeps_pythonpath),
                cwd=where.folder,
                start_new_session=True,
            )
        except OSError as error:
            raise CollectError(
                f"{python}: does not start ({error.strerror}); is it an interpreter?"
            ) from error
        try:
            ended = _wait(process, output, begin, timeout_s)
        finally:
            _end_group(process)
    return ended


def _wait(process: subprocess.Popen[bytes], output: Path, begin: float, timeout_s: float) -> Ended:
    while True:
        try:
            code = process.wait(POLL_S)
        except subprocess.TimeoutExpired:
            seconds = time.monotonic() - begin
            if seconds > timeout_s:
                return Ended("timeout", f"no result within {timeout_s:.0f} s", seconds)
            if output.stat().st_size > MAX_OUTPUT_BYTES:
                return Ended("failed", f"printed more than {MAX_OUTPUT_BYTES >> 20} MB", seconds)
            continue
        seconds = time.monotonic() - begin
        if code == 0:
            return Ended("ok", None, seconds, code)
        return Ended("failed", _exit_reason(code, output), seconds, code)


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

    What a framework logs while it ends comes after the exception and says nothing of it.
    """
    with output.open("rb") as file:
        file.seek(max(0, output.stat().st_size - 16384))
        lines = [line.strip() for line in file.read().decode("utf-8", "replace").split("\n") if line.strip()]
    raised = [line for line in lines if _RAISED.match(line)]
    return (raised or lines or [""])[-1][:300]


def _end_group(process: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number)
        if process.poll() is not None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(KILL_AFTER_S)
