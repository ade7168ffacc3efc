"""Serves a run's viewer as a user does, and sees to it that nothing is left of it."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest


def files_of(run: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in run.rglob("*")}


@contextlib.contextmanager
def served(run: Path, viewer: str, temporary: Path) -> Iterator[tuple[list[str], str]]:
    """Serve a run's viewer; yield the lines before the address, and the address.

    Afterwards the viewer was interrupted and has ended well, its port is free, its files are gone, and the
    run is as it was.
    """
    before = files_of(run)
    command = [sys.executable, "-m", "profiler", "view", str(run), viewer, "--no-browser"]
    environment = {**os.environ, "TMPDIR": str(temporary), "PYTHONUNBUFFERED": "1"}
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        assert child.stdout is not None
        lines: list[str] = []
        while not (lines and " http://127.0.0.1:" in lines[-1]):
            line = child.stdout.readline()
            assert line, f"no address among {lines}"
            lines.append(line.strip())
        assert child.stdout.readline().startswith("from another machine: ssh -L ")
        url = lines.pop().split()[-1]
        yield lines, url
    finally:
        child.send_signal(signal.SIGINT)
        child.communicate(timeout=60)
    assert child.returncode == 0
    assert list(temporary.iterdir()) == []
    assert files_of(run) == before
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", urllib.parse.urlsplit(url).port))
