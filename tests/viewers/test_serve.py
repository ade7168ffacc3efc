import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from profiler.protocol.errors import CollectError, UsageError
from profiler.viewers import serve

SERVER = (
    "import http.server as h, sys; h.HTTPServer(('127.0.0.1', int(sys.argv[1])), h.SimpleHTTPRequestHandler)"
)


def test_a_port_is_found_when_none_is_given():
    assert 1024 <= serve.choose_port(None) <= 65535


def test_a_given_port_is_taken_when_it_is_free():
    port = serve.choose_port(None)
    assert serve.choose_port(port) == port


def test_a_port_in_use_is_refused_in_one_line():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(
            UsageError, match=rf"^port={port}: not free on 127\.0\.0\.1 \(.*\); leave it out.*$"
        ):
            serve.choose_port(port)


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_a_number_that_is_no_port_is_refused(port):
    with pytest.raises(UsageError, match=f"port={port}: a port is a number from 1 to 65535"):
        serve.choose_port(port)


def start(command: list[str], tmp_path: Path, path: str = "/page.txt") -> list[str]:
    (tmp_path / "page.txt").write_text("here")
    port = serve.choose_port(None)
    said: list[str] = []
    server = serve.Server("viewer", [part.format(port=port) for part in command], tmp_path, port, path)
    serve.serve(server, serve.Stop(), browser=False, say=said.append)
    return said


def test_a_viewer_that_ends_at_once_is_an_error_with_its_last_line(tmp_path):
    command = [sys.executable, "-c", "import sys; print('first'); sys.exit('no room')"]
    with pytest.raises(CollectError, match=r"^viewer: did not start: no room$"):
        start(command, tmp_path)


def test_a_viewer_without_the_page_is_an_error(tmp_path):
    command = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", "{port}"]
    with pytest.raises(CollectError, match=r"^viewer: does not show the page: HTTP Error 404"):
        start(command, tmp_path, "/other.txt")


def test_a_viewer_that_ends_by_itself_is_an_error(tmp_path):
    command = [sys.executable, "-c", SERVER + ".handle_request()", "{port}"]
    with pytest.raises(CollectError, match=r"^viewer: exited by itself: "):
        start(command, tmp_path)


SCRIPT = """
import sys, pathlib
from profiler.viewers import serve
port = serve.choose_port(None)
folder = pathlib.Path(sys.argv[1])
server = serve.Server("viewer", [sys.executable, "-c", sys.argv[2], str(port)], folder, port, "/page.txt")
with serve.stoppable() as stop:
    serve.serve(server, stop, browser=False, say=lambda line: print(line, flush=True))
print("tidy")
"""
STUBBORN = "import signal, os; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
WITH_PID = "import os; open('pid', 'w').write(str(os.getpid()))\n"


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_viewer_and_leaves_nothing(number, tmp_path):
    (tmp_path / "page.txt").write_text("here")
    code = WITH_PID + SERVER + ".serve_forever()"
    parent = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(tmp_path), code],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    lines = [parent.stdout.readline() for _ in range(3)]
    port = lines[0].rpartition(":")[2].partition("/")[0]
    assert lines[0] == f"viewer: http://127.0.0.1:{port}/page.txt\n"
    assert lines[1].startswith(f"from another machine: ssh -L {port}:127.0.0.1:{port} ")
    child = int((tmp_path / "pid").read_text())
    assert alive(child)
    parent.send_signal(number)
    rest, _ = parent.communicate(timeout=60)
    assert (parent.returncode, rest) == (0, "tidy\n")
    assert not alive(child)


def test_a_viewer_that_does_not_end_when_asked_is_killed(monkeypatch, tmp_path):
    monkeypatch.setattr(serve, "STOP_TIMEOUT_S", 0.2)
    (tmp_path / "page.txt").write_text("here")
    port = serve.choose_port(None)
    command = [sys.executable, "-c", STUBBORN + WITH_PID + SERVER + ".serve_forever()", str(port)]
    stop = serve.Stop()

    def say(line: str) -> None:
        stop.asked = True

    serve.serve(serve.Server("viewer", command, tmp_path, port, "/page.txt"), stop, browser=False, say=say)
    assert not alive(int((tmp_path / "pid").read_text()))


def test_handlers_are_given_back():
    before = signal.getsignal(signal.SIGTERM)
    with serve.stoppable():
        assert signal.getsignal(signal.SIGTERM) != before
    assert signal.getsignal(signal.SIGTERM) == before


def test_a_browser_opens_only_where_there_is_a_screen(monkeypatch, tmp_path):
    opened: list[str] = []
    monkeypatch.setattr(serve.webbrowser, "open", opened.append)
    (tmp_path / "page.txt").write_text("here")
    monkeypatch.setattr(serve.sys, "platform", "linux")
    for variable in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(variable, raising=False)
    for display in (None, ":0"):
        if display:
            monkeypatch.setenv("DISPLAY", display)
        port = serve.choose_port(None)
        command = [sys.executable, "-c", SERVER + ".handle_request()", str(port)]
        server = serve.Server("viewer", command, tmp_path, port, "/page.txt")
        with pytest.raises(CollectError, match="exited by itself"):
            serve.serve(server, serve.Stop(), browser=True, say=lambda line: None)
        assert len(opened) == (1 if display else 0)
