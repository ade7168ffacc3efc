"""Where output goes: whole files, the targets of links, and through whatever else is named."""

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from profiler.cli import output
from profiler.cli.main import main
from profiler.protocol.errors import UsageError
from profiler.report.formats import Screen


def test_a_file_that_cannot_be_written_is_one_line(traces, tmp_path, capsys):
    assert main(["report", "latest", "--output", str(tmp_path / "no" / "report.txt")]) == 2
    assert capsys.readouterr().err.startswith(f"kprof: {tmp_path}/no/report.txt: cannot be written: ")
    assert main(["report", "latest", "--output", str(tmp_path)]) == 2
    assert not list(tmp_path.glob("*.tmp-*"))
    assert not list(tmp_path.parent.glob("*.tmp-*"))


@pytest.mark.long
@pytest.mark.parametrize("where", ["run.json", "captures/x/new.prof", "link"])
def test_a_run_s_own_files_are_not_written_over(where, traces, tmp_path, capsys):
    """`report latest --output RUN/run.json` left a run that could not be read."""
    (run,) = traces.iterdir()
    (run / "captures" / "x").mkdir()
    before = (run / "run.json").read_text()
    target = run / where
    if where == "link":
        target = tmp_path / "link"
        target.symlink_to(run / "run.json")
    assert main(["report", "latest", "--output", str(target)]) == 2
    assert "is a run's own file" in capsys.readouterr().err
    assert (run / "run.json").read_text() == before
    assert main(["report", "latest", "--output", str(run / "report.md")]) == 0


def test_a_folder_that_may_not_be_looked_into_is_one_line(traces, tmp_path, monkeypatch, capsys):
    """It was an internal error."""

    def denied(*_args, **_more):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(output.os, "stat", denied)
    with pytest.raises(UsageError, match="cannot be written: "):
        output.deliver(["text"], str(tmp_path / "report.txt"))


def test_no_name_at_all_is_one_line(traces, capsys):
    assert main(["report", "latest", "--output", ""]) == 2
    assert capsys.readouterr().err == "kprof: --output: names no file; give it a name\n"


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="writes to /dev/full")
def test_a_full_disk_behind_standard_output_is_one_line(traces):
    """It was an internal error, after a measurement too."""
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "profiler", "report", "latest"],
            check=False,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert done.returncode == 2
    assert done.stderr == (
        "kprof: standard output: cannot be written: No space left on device; choose another place\n"
    )


@pytest.mark.long
def test_a_closed_standard_output_is_no_error(traces):
    command = '"$0" -m profiler report latest >&-'
    done = subprocess.run(
        ["sh", "-c", command, sys.executable], check=False, stderr=subprocess.PIPE, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_link_is_followed_and_stays(tmp_path):
    """A link was replaced by a file, and what it named kept its old text."""
    (tmp_path / "real").mkdir()
    (tmp_path / "real/old").write_text("before")
    for name in ("old", "new"):
        link = tmp_path / f"link-{name}"
        link.symlink_to(f"real/{name}")
        output.deliver(["after"], str(link))
        assert link.is_symlink()
        assert (tmp_path / "real" / name).read_text() == "after"
    assert {path.name for path in (tmp_path / "real").iterdir()} == {"old", "new"}


@pytest.mark.parametrize("linked", [False, True])
def test_a_device_is_written_to_and_stays_a_device(linked, tmp_path):
    """/dev/null became a regular file; the device here is a terminal, which no defect can replace."""
    reader, writer = os.openpty()
    device = Path(os.ttyname(writer))
    if linked:
        (tmp_path / "link").symlink_to(device)
    output.deliver(["text"], str(tmp_path / "link" if linked else device))
    assert os.read(reader, 100) == b"text"
    assert device.is_char_device()
    os.close(reader)
    os.close(writer)


def test_a_pipe_gets_the_text_and_stays_a_pipe(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    found = []
    reader = threading.Thread(target=lambda: found.append(pipe.read_text()))
    reader.start()
    output.deliver(["one ", "two"], str(pipe))
    reader.join()
    assert found == ["one two"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.skipif(sys.platform != "linux", reason="names the process's own files")
@pytest.mark.parametrize(("mode", "before"), [("w", ""), ("a", "first\n")])
def test_standard_output_by_name_is_where_the_shell_sent_it(mode, before, tmp_path):
    """A file that the shell had opened was replaced, and what stood in it before was lost."""
    target = tmp_path / "out"
    target.write_text("first\n")
    code = "from profiler.cli.output import deliver; deliver(['second\\n'], '/dev/stdout')"
    with target.open(mode) as file:
        subprocess.run([sys.executable, "-c", code], stdout=file, check=True)
    assert target.read_text() == before + "second\n"


def test_an_output_that_breaks_off_leaves_the_file_as_it_was(tmp_path):
    (tmp_path / "out").write_text("before")

    def pieces():
        yield "half"
        raise UsageError("no more")

    with pytest.raises(UsageError, match="no more"):
        output.deliver(pieces(), str(tmp_path / "out"))
    assert (tmp_path / "out").read_text() == "before"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_file_that_is_replaced_keeps_its_permissions(tmp_path):
    (tmp_path / "out").touch(0o600)
    output.deliver(["secret"], str(tmp_path / "out"))
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o600


def test_a_link_that_leads_in_a_circle_is_one_line(tmp_path):
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(UsageError, match="cannot be written"):
        output.deliver(["text"], str(tmp_path / "a"))


def test_a_name_that_no_encoding_has_is_written_as_an_escape(tmp_path):
    output.deliver(["lone \ud800", b" \xff"], str(tmp_path / "out"))
    assert (tmp_path / "out").read_bytes() == b"lone \\ud800 \xff"


def test_only_a_terminal_has_a_width_and_colours(monkeypatch):
    class Terminal:
        def isatty(self):
            return True

    monkeypatch.setattr(sys, "stdout", Terminal())
    monkeypatch.setenv("COLUMNS", "77")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert output.screen(None) == Screen(77, True)
    assert output.screen("file") == Screen()
    monkeypatch.setenv("NO_COLOR", "1")
    assert output.screen(None) == Screen(77, False)


def test_without_a_terminal_nothing_is_folded_or_coloured(capsys):
    assert output.screen(None) == Screen()


def test_many_small_pieces_are_written_in_blocks(capsys, monkeypatch):
    monkeypatch.setattr(output, "_BLOCK", 4)
    output.deliver(["a", "b", "cd", "e"], None)
    assert capsys.readouterr().out == "abcde"


def test_what_is_said_cannot_command_the_terminal(capsys):
    output.say("a\x1b[2J")
    assert capsys.readouterr().out == "a\\x1b[2J\n"
