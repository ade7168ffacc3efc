"""Runs a viewer's server as a child on 127.0.0.1 until it is told to stop."""

from __future__ import annotations

import contextlib
import getpass
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO

from ..protocol.errors import CollectError, OptionError

HOST = "127.0.0.1"
START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 5.0
POLL_S = 0.1


@dataclass(frozen=True)
class Server:
    """What to start: a command, the folder in which it runs and may leave files, and the page to open."""

    name: str
    command: Sequence[str]
    folder: Path
    port: int
    path: str

    @property
    def url(self) -> str:
        """The page's address."""
        return f"http://{HOST}:{self.port}{self.path}"


class Stop:
    """Whether somebody has asked for the server to end."""

    def __init__(self) -> None:
        self.asked = False

    def ask(self, number: int, frame: FrameType | None) -> None:
        """Note a signal, as its handler."""
        self.asked = True


@contextlib.contextmanager
def stoppable() -> Iterator[Stop]:
    """Note SIGINT, SIGTERM and SIGHUP instead of letting them cut something short."""
    stop = Stop()
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [(number, signal.signal(number, stop.ask)) for number in numbers]
    try:
        yield stop
    finally:
        for number, handler in before:
            signal.signal(number, handler)


def choose_port(port: int | None) -> int:
    """Return the given port of 127.0.0.1 if it is free, or any free one.

    Raises:
        OptionError: the given one is no port or is in use.
    """
    if port is not None and not 1 <= port <= 65535:
        raise OptionError("port", port, "a port is a number from 1 to 65535")
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port or 0))
        except OSError as error:
            what = f"not free on {HOST} ({error.strerror})"
            raise OptionError("port", port, what, "leave it out to get a free one") from error
        chosen: int = probe.getsockname()[1]
        return chosen


def serve(server: Server, stop: Stop, browser: bool, say: Callable[[str], None]) -> None:
    """Start a server, say where it is, and stop it when asked to.

    Raises:
        CollectError: it did not start, or exited by itself.
    """
    with tempfile.TemporaryFile() as output:
        child = subprocess.Popen(
            server.command,
            cwd=server.folder,
            # its temporary files are deleted with the folder
            env={**os.environ, "TMPDIR": str(server.folder)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _until_up(server, child, stop, output)
            if not stop.asked:
                _announce(server, say)
            if browser and not stop.asked and _has_screen():
                webbrowser.open(server.url)
            while not stop.asked:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.wait(POLL_S)
                    raise CollectError(f"exited by itself: {_last_line(output)}", server.name)
        finally:
            _end(child)


def _until_up(server: Server, child: subprocess.Popen[bytes], stop: Stop, output: IO[bytes]) -> None:
    """Wait until the page itself answers, since another program may have taken the port meanwhile."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + START_TIMEOUT_S
    while not stop.asked:
        if child.poll() is not None:
            raise CollectError(f"did not start: {_last_line(output)}", server.name)
        try:
            with opener.open(server.url, timeout=START_TIMEOUT_S):
                return
        except OSError as error:
            if isinstance(error, urllib.error.HTTPError) or time.monotonic() > deadline:
                raise CollectError(f"does not show the page: {error}", server.name) from error
        time.sleep(POLL_S)


def _announce(server: Server, say: Callable[[str], None]) -> None:
    say(f"{server.name}: {server.url}")
    say(f"from another machine: ssh -L {server.port}:{HOST}:{server.port} {_login()}, then open that address")
    say("Ctrl-C ends it")


def _login() -> str:
    try:
        return f"{getpass.getuser()}@{socket.gethostname()}"
    except (KeyError, OSError):
        return socket.gethostname()


def _has_screen() -> bool:
    """Whether there is a screen to open a browser on; without one it would take over the terminal."""
    return sys.platform == "darwin" or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")))


def _last_line(output: IO[bytes]) -> str:
    output.seek(0)
    lines = output.read().decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it printed nothing"


def _end(child: subprocess.Popen[bytes]) -> None:
    child.terminate()
    try:
        child.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
