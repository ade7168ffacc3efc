"""``kprof view`` before a viewer starts."""

import socket

import pytest

from profiler.cli.main import main
from tests import foreign_files as files
from tests.cli import odd_names

COMPILED = "tiny/compiled/predict/b32"


def test_view_answers_an_unknown_variant_with_the_nearest(traces, capsys):
    assert main(["view", "latest", "snakeviz", "--variant", COMPILED[:-1], "--no-browser"]) == 2
    assert f"did you mean {COMPILED}?" in capsys.readouterr().err


def test_view_refuses_a_port_in_use_in_one_line(traces, capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert main(["view", "latest", "snakeviz", "--port", port, "--no-browser"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"kprof: --port {port}: not free on 127.0.0.1")


def test_a_run_that_is_not_there_is_one_line(traces, capsys):
    assert main(["view", "nope", "snakeviz"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("kprof: nope: no such run")


def test_a_name_that_a_terminal_would_obey_is_shown_as_an_escape(tmp_path, capsys, monkeypatch):
    """The lines of the viewer had the name as it is."""
    monkeypatch.setattr("profiler.viewers.serve.serve", lambda *arguments: None)
    assert main(["view", str(odd_names.write(tmp_path / "run")), "snakeviz", "--no-browser"]) == 0
    assert odd_names.SHOWN in capsys.readouterr().out


@pytest.mark.parametrize("viewer", ["snakeviz", "tensorboard"])
def test_someone_else_s_file_goes_to_the_viewer(viewer, tmp_path, monkeypatch):
    from profiler.viewers import snakeviz, tensorboard

    seen = []
    modules = {"snakeviz": snakeviz, "tensorboard": tensorboard}
    monkeypatch.setattr(modules[viewer], "view_foreign", lambda *given: seen.append(given))
    assert main(["view", str(files.logs(tmp_path)), viewer, "--port", "8080", "--no-browser"]) == 0
    ((opened, port, browser, _),) = seen
    first = opened if viewer == "snakeviz" else opened[0]
    assert (first.format, port, browser) == ("xplane", 8080, False)
