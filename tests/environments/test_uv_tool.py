"""uv's failures told in one line, and the package indexes that it is given."""

import http.server
import threading

import pytest

from profiler.environments import EnvironmentUnavailableError, indexes, make, uv_tool
from profiler.environments.errors import DoesNotFitError, DoesNotResolveError, NoSuchReleaseError

pytestmark = pytest.mark.long

NOTHING = indexes.Indexes({})


@pytest.fixture(params=[401, 403, 500])
def refusing_index(request):
    class Refuse(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_error(request.param)

        def log_message(self, *_arguments):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Refuse)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}", request.param
    server.shutdown()
    server.server_close()


def test_an_index_that_refuses_is_named_without_its_password(wheels, monkeypatch, refusing_index):
    place, status = refusing_index
    monkeypatch.delenv("UV_OFFLINE")
    monkeypatch.delenv("UV_FIND_LINKS")
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    monkeypatch.setenv("UV_DEFAULT_INDEX", f"http://user:secret@{place}/simple")
    with pytest.raises(EnvironmentUnavailableError) as caught:
        make("2.4.1", [].append)
    assert f"({place}) answered {status}" in str(caught.value)
    assert "secret" not in str(caught.value) and "\n" not in str(caught.value)


def test_no_network_is_told_as_such(wheels, monkeypatch):
    monkeypatch.delenv("UV_OFFLINE")
    monkeypatch.delenv("UV_FIND_LINKS")
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://user:secret@127.0.0.1:1/simple")
    with pytest.raises(EnvironmentUnavailableError) as caught:
        make("2.4.1", [].append)
    assert "cannot be reached" in str(caught.value) and "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        ("error: No space left on device (os error 28)", EnvironmentUnavailableError, "disk is full"),
        (
            "error: No solution found\n  cause: Because there is no version of a==1 and you require a==1,"
            " we can conclude that",
            NoSuchReleaseError,
            "there is no version of a==1",
        ),
        (
            "error: No solution found\n  cause: Because a==1 has no wheels with a matching Python ABI tag",
            DoesNotFitError,
            "no wheels",
        ),
        (
            "error: No solution found\n  cause: Because a depends on b<1 and you require b==1",
            DoesNotResolveError,
            "b<1",
        ),
        ("error: something of its own", EnvironmentUnavailableError, "exit code 2: something of its own"),
        ("", EnvironmentUnavailableError, "exit code 2: no reason given"),
    ],
)
def test_each_failure_has_its_kind_and_one_line(text, kind, said):
    error = uv_tool.failure(text.splitlines(), 2)
    assert type(error) is kind
    assert said in str(error) and "\n" not in str(error)


def test_a_uv_that_is_not_there_ends_in_one_line(tmp_path):
    with pytest.raises(EnvironmentUnavailableError, match="pip install uv"):
        uv_tool.run(str(tmp_path / "uv"), ["venv"], tmp_path, [].append)
