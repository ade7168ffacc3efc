"""The exact tree of a real capture on the command line."""

import json
import shutil

import pytest

from profiler.cli.main import main
from tests import foreign_files as files
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


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--min-share", "two"], "--min-share two: give a share of the call, like 2% or 0.02"),
        (["--min-share", "200%"], "--min-share 200%: give a share"),
        (["--instrument", "cprofile"], "keeps callers, not stacks"),
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


def test_a_cut_trace_is_one_line_that_names_it(tmp_path, capsys):
    run = tmp_path / "run"
    shutil.copytree(reference.CURRENT, run)
    for trace in run.glob("captures/*/*/tfprofiler-1/plugins/profile/*/*"):
        trace.write_bytes(trace.read_bytes()[:1000])
    assert main(["tree", str(run)]) == 2
    captured = capsys.readouterr()
    assert "altered or cut since it was written" in captured.err
    assert len(captured.err.splitlines()) == 1


def test_another_variant_than_the_usual_one_is_not_shown_without_a_word(tmp_path, capsys):
    run = shutil.copytree(RUN, tmp_path / "run")
    next(run.glob("captures/*/tiny-compiled-predict-b32/tfprofiler-1/**/*.xplane.pb*")).unlink()
    assert main(["tree", str(run)]) == 0
    captured = capsys.readouterr()
    assert captured.out
    (line,) = captured.err.splitlines()
    assert line.startswith(f"left out: {COMPILED}, tfprofiler-1: ")
    assert line.endswith("missing; shown: tiny/uncompiled/predict/b32, tfprofiler-1")


def test_a_tree_can_be_read_by_a_program(tmp_path, capsys):
    output = tmp_path / "tree.json"
    assert main(["tree", RUN, "--format", "json", "--output", str(output)]) == 0
    assert capsys.readouterr().out == ""
    assert json.loads(output.read_text())["schema"] == "kprof.tree/1"


def test_a_profile_of_callers_gives_a_call_graph(tmp_path, capsys):
    assert main(["tree", str(files.real("predict_loop", tmp_path)), "--min-share", "10%"]) == 0
    assert capsys.readouterr().out.startswith("call graph of ")


def test_someone_else_s_trace_gives_its_exact_tree(capsys):
    assert main(["tree", str(files.TRACE), "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["variant"], document["instrument"]) == (None, "tfprofiler")
    assert document["nodes"][0]["internal"] == "predict"


def test_a_trace_of_the_runtime_alone_has_no_tree(capsys):
    assert main(["tree", str(files.OLD_TRACE)]) == 2
    assert "keeps the runtime alone" in capsys.readouterr().err


def test_a_file_has_no_variants(tmp_path, capsys):
    path = files.write(files.simple(), tmp_path / "app.prof")
    assert main(["tree", str(path), "--variant", "tiny/compiled/predict/b32"]) == 2
    assert "a file of another profiler has no variants" in capsys.readouterr().err
