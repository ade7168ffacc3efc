"""Finds and runs the ``uv`` executable, and turns its failures into errors of one line."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from .errors import DoesNotFitError, DoesNotResolveError, EnvironmentUnavailableError, NoSuchReleaseError

TIMEOUT_S = 1800.0
# A virtual environment that is active around kprof is not the one that uv is to work on.
_DROPPED = ("VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONPATH", "PYTHONHOME", "UV_PYTHON", "UV_SYSTEM_PYTHON")
_CREDENTIALS = re.compile(r"(?<=://)[^/\s@]+@")
_REFUSALS = re.compile(r"\b((?:401|403|407|429|5\d\d) [A-Z][A-Za-z ]*?)(?= error|\))")
_NO_NETWORK = ("error sending request", "dns error", "tcp connect error", "network was disabled", "timed out")
_SHOWN = ("Downloading ", "Building ", "Prepared ", "Installed ")
# Looked for in this order in what uv says.
_SIGNS: tuple[tuple[str, type[EnvironmentUnavailableError]], ...] = (
    ("no wheels with a matching", DoesNotFitError),
    ("does not satisfy python", DoesNotFitError),
    ("there is no version of", NoSuchReleaseError),
    ("was not found in the package registry", NoSuchReleaseError),
    ("no solution found", DoesNotResolveError),
)

Progress = Callable[[str], None]


def find_uv() -> str:
    """Return the path of ``uv``: the one installed beside kprof, else the one on PATH.

    Raises:
        EnvironmentUnavailableError: there is none.
    """
    with contextlib.suppress(ImportError, FileNotFoundError):
        import uv  # noqa: PLC0415  its absence is an error only when an environment is made

        return os.fspath(uv.find_uv_bin())
    found = shutil.which("uv")
    if found is None:
        raise EnvironmentUnavailableError(
            "uv, which makes environments, is not installed", to_do="run `pip install uv`"
        )
    return found


def run(
    uv: str,
    arguments: Sequence[str],
    cwd: Path,
    progress: Progress,
    variables: Mapping[str, str] | None = None,
) -> str:
    """Run uv to its end, pass its milestones on to ``progress`` and return what it wrote to stdout.

    Args:
        uv: the executable.
        arguments: its command and options.
        cwd: a folder without a project of its own, whose settings uv would follow.
        progress: gets a line for each large download and each step.
        variables: environment variables to set, such as those that name package indexes.

    Raises:
        EnvironmentUnavailableError: uv failed; the subclass and the line say why.
    """
    lines: list[str] = []
    process = _start([uv, *arguments], cwd, variables or {})
    timed_out = threading.Event()

    def stop() -> None:
        timed_out.set()
        process.kill()

    timer = threading.Timer(TIMEOUT_S, stop)
    written: list[str] = []
    reader = threading.Thread(target=lambda: written.append(process.stdout.read() if process.stdout else ""))
    timer.start()
    reader.start()
    try:
        for line in process.stderr or ():
            lines.append(line.rstrip())
            if line.strip().startswith(_SHOWN):
                progress(line.strip())
        code = process.wait()
    finally:
        timer.cancel()
        if process.poll() is None:
            process.kill()
            process.wait()
        reader.join()
    if timed_out.is_set():
        raise EnvironmentUnavailableError(
            f"uv {arguments[0]} did not end within {TIMEOUT_S:.0f} s", to_do="try again"
        )
    if code != 0:
        raise failure(lines, code)
    return "".join(written)


def _start(command: Sequence[str], cwd: Path, variables: Mapping[str, str]) -> subprocess.Popen[str]:
    inherited = {k: v for k, v in os.environ.items() if k not in _DROPPED}
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            env={**inherited, "NO_COLOR": "1", "UV_NO_PROGRESS": "1", **variables},
            cwd=cwd,
        )
    except OSError as error:
        raise EnvironmentUnavailableError(
            f"does not start ({error.strerror})", command[0], "run `pip install uv`"
        ) from error


def failure(lines: Sequence[str], code: int) -> EnvironmentUnavailableError:
    """Return uv's failure as an error of one line, without credentials."""
    text = _CREDENTIALS.sub("", " ".join(" ".join(lines).split()))
    folded = text.lower()
    message = _first_cause(text)
    if "os error 28" in folded or "no space left" in folded or "disk quota" in folded:
        return EnvironmentUnavailableError(
            "the disk is full",
            to_do="free some gigabytes (`kprof environments remove`, `uv cache clean`) or set KPROF_CACHE to "
            "another disk",
        )
    place = re.search(r"https?://([^/\s)`]+)", text)
    index = f" ({place[1]})" if place else ""
    answer = _REFUSALS.search(text)
    if answer:
        return EnvironmentUnavailableError(
            f"the package index{index} answered {answer[1]}", to_do="check the index that pip or uv use"
        )
    if any(sign in folded for sign in _NO_NETWORK):
        return EnvironmentUnavailableError(
            f"the package index{index} cannot be reached",
            to_do="check the network, or the index that pip or uv use",
        )
    for sign, kind in _SIGNS:
        if sign in folded:
            return kind(message)
    return EnvironmentUnavailableError(f"uv ended with exit code {code}: {message}")


def _first_cause(text: str) -> str:
    cause = text.partition("cause: ")[2] or text.partition("error: ")[2] or text
    cause = cause.partition(" hint: ")[0].partition(", we can conclude")[0]
    return cause.strip()[:300] or "no reason given"
