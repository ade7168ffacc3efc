"""``kprof export`` on a real capture."""

import json
import pstats
import shutil

import pytest

from profiler.cli.main import main
from profiler.export import stack_text
from tests import foreign_files as files
from tests import reference
from tests.cli import odd_names

RUN = str(reference.CURRENT)
COMPILED = "tiny/compiled/predict/b32"


@pytest.mark.parametrize("name", ["speedscope", "folded", "pstats"])
def test_an_export_lands_in_the_file_that_is_named(name, tmp_path, capsys):
    output = tmp_path / "out"
    assert main(["export", RUN, "--format", name, "--output", str(output)]) == 0
    assert output.stat().st_size > 1000
    captured = capsys.readouterr()
    assert captured.out == ""
    assert COMPILED in captured.err


def test_text_formats_go_to_standard_output(capsys):
    assert main(["export", RUN, "--format", "speedscope", "--variant", "tiny/uncompiled/predict/b32"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["name"].startswith("tiny/uncompiled/predict/b32 on ")


@pytest.mark.long
def test_the_file_and_standard_output_get_the_same_text(tmp_path, capsys):
    for name in ("speedscope", "folded"):
        main(["export", RUN, "--format", name, "--output", str(tmp_path / name)])
        capsys.readouterr()
        main(["export", RUN, "--format", name])
        assert capsys.readouterr().out == (tmp_path / name).read_text()


def test_stacks_that_are_too_much_text_are_one_line_and_no_output(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(stack_text, "MOST_BYTES", 1 << 16)
    for place in ([], ["--output", str(tmp_path / "out")]):
        assert main(["export", RUN, "--format", "folded", *place]) == 2
        captured = capsys.readouterr()
        assert captured.out == ""
        assert "use --format pstats" in captured.err
        assert len(captured.err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_profile_needs_a_file(capsys):
    assert main(["export", RUN, "--format", "pstats"]) == 2
    assert "name a file with --output" in capsys.readouterr().err


def test_an_unknown_format_is_answered_with_the_nearest(capsys):
    assert main(["export", RUN, "--format", "speedscop"]) == 2
    assert "did you mean speedscope" in capsys.readouterr().err


def test_another_variant_than_the_usual_one_is_not_shown_without_a_word(tmp_path, capsys):
    run = shutil.copytree(RUN, tmp_path / "run")
    next(run.glob("captures/*/tiny-compiled-predict-b32/tfprofiler-1/**/*.xplane.pb*")).unlink()
    assert main(["export", str(run), "--format", "folded"]) == 0
    captured = capsys.readouterr()
    assert captured.out
    (line,) = captured.err.splitlines()
    assert line.startswith(f"left out: {COMPILED}, tfprofiler-1: ")
    assert line.endswith("missing; shown: tiny/uncompiled/predict/b32, tfprofiler-1")


def test_a_name_that_a_terminal_would_obey_is_shown_as_an_escape(tmp_path, capsys):
    """What was said of the file had the name as it is."""
    run, target = odd_names.write(tmp_path / "run"), tmp_path / "x.folded"
    assert main(["export", str(run), "--format", "folded", "--output", str(target)]) == 0
    assert odd_names.SHOWN in capsys.readouterr().err


def test_a_profile_is_written_through_a_link(tmp_path):
    """A profile was written to a file in place, and a full disk left half of it."""
    (tmp_path / "link.prof").symlink_to("real.prof")
    assert main(["export", RUN, "--format", "pstats", "--output", str(tmp_path / "link.prof")]) == 0
    assert (tmp_path / "link.prof").is_symlink()
    assert (tmp_path / "real.prof").stat().st_size > 1000


def test_a_profile_of_callers_is_written_again_as_pstats_alone(tmp_path, capsys):
    path = files.write(files.simple(), tmp_path / "app.prof")
    output = tmp_path / "again.prof"
    assert main(["export", str(path), "--format", "pstats", "--output", str(output)]) == 0
    assert pstats.Stats(str(output)).stats == pstats.Stats(str(path)).stats
    assert main(["export", str(path), "--format", "folded"]) == 2
    assert "keeps callers, not stacks; a .prof gives --format pstats alone" in capsys.readouterr().err


def test_someone_else_s_trace_is_written_as_stacks(tmp_path, capsys):
    assert main(["export", str(files.logs(tmp_path)), "--format", "folded"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines and all(line.startswith("Profiled batch") for line in lines)
