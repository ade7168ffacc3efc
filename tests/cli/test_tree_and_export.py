"""The exact tree of a real capture on the command line."""

import json
import shutil

import pytest

from profiler.cli.main import main
from profiler.export import stack_text
from tests import reference

RUN = str(reference.CURRENT)
COMPILED = "tiny/compiled/predict/b32"


def order_of(text, *wanted):
    places = [text.index(word) for word in wanted]
    assert places == sorted(places), dict(zip(wanted, places, strict=True))


def test_the_tree_leads_from_predict_to_tracing_and_to_the_runtime_below_make_iterator(capsys):
    assert main(["tree", RUN, "--variant", COMPILED]) == 0
    out = capsys.readouterr().out
    order_of(
        out,
        "predict [predict]",
        "[data_adapter]",
        "map [dataset_ops]",
        "[create_graph_function]",
        "func_graph_from_py_func [func_graph]",
        "_create_iterator [make_iterator]",
        "MakeIterator::",
    )
    assert "\x1b" not in out


def test_every_internal_with_enough_time_is_in_the_tree(capsys):
    main(["report", RUN, "--format", "json"])
    (variant,) = [one for one in json.loads(capsys.readouterr().out)["variants"] if one["id"] == COMPILED]
    expected = {
        one["internal"]
        for one in variant["internals"]
        if one["internal"] != "teardown" and (one["measures"]["tfprofiler"]["share"] or 0) > 0.05
    }
    main(["tree", RUN, "--variant", COMPILED])
    out = capsys.readouterr().out
    assert expected
    assert {name for name in expected if f"[{name}]" in out} == expected


def test_without_the_runtime_python_is_left(capsys):
    assert main(["tree", RUN, "--no-runtime"]) == 0
    out = capsys.readouterr().out
    assert "func_graph_from_py_func" in out
    assert "MakeIterator" not in out


def test_a_higher_share_leaves_less(capsys):
    main(["tree", RUN])
    many = len(capsys.readouterr().out.splitlines())
    main(["tree", RUN, "--min-share", "0.2"])
    assert len(capsys.readouterr().out.splitlines()) < many


@pytest.fixture
def odd_names(tmp_path):
    """A run whose workload has a name that turns a terminal's text around."""
    run = shutil.copytree(RUN, tmp_path / "run")
    text = (run / "run.json").read_text()
    (run / "run.json").write_text(text.replace('"workload": "tiny"', '"workload": "ti\u202eny"'))
    return run


def test_a_name_that_a_terminal_would_obey_is_shown_as_an_escape(odd_names, tmp_path, capsys, monkeypatch):
    """What `export` said of the file and the lines of `view` had the name as it is."""
    target = tmp_path / "x.folded"
    assert main(["export", str(odd_names), "--format", "folded", "--output", str(target)]) == 0
    assert "ti\\u202eny/uncompiled/predict/b32" in capsys.readouterr().err
    monkeypatch.setattr("profiler.viewers.serve.serve", lambda *arguments: None)
    assert main(["view", str(odd_names), "snakeviz", "--no-browser"]) == 0
    assert "ti\\u202eny/uncompiled/predict/b32" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--min-share", "two"], "--min-share two: give a share of the call, like 2% or 0.02"),
        (["--min-share", "200%"], "--min-share 200%: give a share"),
        (["--instrument", "cprofile"], "it keeps callers, not stacks"),
        (["--instrument", "tfprofile"], "did you mean tfprofiler"),
        (["--variant", "tiny/compiled/predict/b3"], "did you mean tiny/compiled/predict/b32"),
    ],
)
def test_a_wrong_argument_is_one_line(arguments, message, capsys):
    assert main(["tree", RUN, *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert message in captured.err
    assert len(captured.err.splitlines()) == 1


def test_a_release_without_python_events_has_no_tree(capsys):
    (old,) = [run for run in reference.runs() if run.name.startswith("tf2.0.0")]
    assert main(["tree", str(old)]) == 2
    assert "records no Python calls" in capsys.readouterr().err


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


def test_a_cut_trace_is_one_line_that_names_it(tmp_path, capsys):
    run = tmp_path / "run"
    shutil.copytree(reference.CURRENT, run)
    for trace in run.glob("captures/*/*/tfprofiler-1/plugins/profile/*/*"):
        trace.write_bytes(trace.read_bytes()[:1000])
    assert main(["tree", str(run)]) == 2
    captured = capsys.readouterr()
    assert "altered or cut since it was written" in captured.err
    assert len(captured.err.splitlines()) == 1


@pytest.mark.parametrize("arguments", [["tree"], ["export", "--format", "folded"]])
def test_another_variant_than_the_usual_one_is_not_shown_without_a_word(arguments, tmp_path, capsys):
    run = shutil.copytree(RUN, tmp_path / "run")
    next(run.glob("captures/*/tiny-compiled-predict-b32/tfprofiler-1/**/*.xplane.pb*")).unlink()
    assert main([arguments[0], str(run), *arguments[1:]]) == 0
    captured = capsys.readouterr()
    assert captured.out
    (line,) = captured.err.splitlines()
    assert line.startswith(f"left out: {COMPILED}, tfprofiler-1: ")
    assert line.endswith("missing; shown: tiny/uncompiled/predict/b32, tfprofiler-1")
