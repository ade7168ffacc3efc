"""What a real run of the tiny model says: the shape of the answer, never a time."""

import json
import os
import signal
import subprocess
import sys

import pytest

from profiler.attribution import caller_profile, validated
from profiler.runs import record

pytestmark = pytest.mark.integration


@pytest.fixture
def compiled(real_report):
    (found,) = [v for v in real_report["variants"] if v["id"] == "tiny/compiled/predict/b32"]
    return found


def internal(variant, name):
    (found,) = [entry for entry in variant["internals"] if entry["internal"] == name]
    return found


def test_the_table_is_on_stdout_and_the_progress_on_stderr(real_run):
    done = real_run[2]
    assert "tiny" in done.stdout
    assert "predict_on_batch" in done.stdout
    assert "Plan:" in done.stderr
    assert "Plan:" not in done.stdout


def test_what_the_study_blamed_is_absent_and_names_its_successor(compiled):
    found = internal(compiled, "process_inputs")
    assert (found["presence"], found["successor"]) == ("absent", "data_adapter")
    assert found["measures"]["cprofile"]["share"] is None


@pytest.mark.parametrize("name", ["data_adapter", "create_graph_function", "make_iterator"])
def test_its_successors_are_present_with_shares(compiled, name):
    found = internal(compiled, name)
    assert found["presence"] == "present"
    assert 0 < found["measures"]["cprofile"]["share"] < 1


def test_three_graphs_are_traced_a_call_and_named(compiled):
    assert compiled["graphs_traced_per_call"] == 3
    assert len(compiled["functions_traced"]) == 3


def test_calls_per_call_of_two_instruments_agree(compiled):
    assert internal(compiled, "func_graph")["measures"]["cprofile"]["calls_per_call"] == 3
    made = internal(compiled, "make_iterator")["measures"]["cprofile"]["calls_per_call"]
    assert made == compiled["iterators_per_call"]


def test_nested_internals_have_nested_shares(compiled):
    shares = [
        internal(compiled, name)["measures"]["cprofile"]["share"]
        for name in ("predict", "data_adapter", "dataset_function", "create_graph_function", "func_graph")
    ]
    assert shares == sorted(shares, reverse=True)


def test_predict_on_batch_is_compared_with_predict(real_report):
    (found,) = [
        c
        for c in real_report["comparisons"]
        if c["baseline"].endswith("tiny/compiled/predict/b32")
        and c["candidate"].endswith("tiny/compiled/predict_on_batch/b32")
    ]
    assert found["ratio"] > 0
    assert found["verdict"] in ("differs", "same", "cannot tell")


def test_every_capture_is_sound(real_report):
    statuses = {c["status"] for v in real_report["variants"] for c in v["captures"]}
    assert statuses == {"ok"}


def test_the_environment_is_named(real_report):
    (environment,) = real_report["environments"].values()
    assert environment["framework_version"].startswith("2.")
    assert environment["keras"].startswith("3.")
    assert environment["cores"] >= 1


def test_the_report_is_rebuilt_from_the_run_alone_without_tensorflow(real_run, real_report):
    blocked = "import sys; sys.modules['tensorflow'] = None; sys.modules['keras'] = None; "
    code = blocked + "from profiler.cli.main import main; main()"
    command = [sys.executable, "-c", code, "report", str(real_run[1]), "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == real_report


@pytest.mark.usefixtures("heard_signals")
def test_ctrl_c_keeps_what_is_complete_and_resume_measures_the_rest(tmp_path):
    command = [sys.executable, "-m", "profiler", "run", "tiny", "--processes", "2", "--budget", "1"]
    process = subprocess.Popen(
        [*command, "--instrument", "wall,cprofile", "--out", str(tmp_path)],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    seen = ""
    while "tiny wall and cprofile #2" not in seen:
        line = process.stderr.readline()
        assert line, seen
        seen += line
    os.killpg(process.pid, signal.SIGINT)
    rest = process.stderr.read()
    assert process.wait(60) == 130
    (run,) = [path.parent for path in tmp_path.glob("*/run.json")]
    manifest = json.loads((run / "run.json").read_text())
    assert manifest["status"] == "interrupted"
    (sitting,) = manifest["sittings"]
    assert sitting["before"]
    assert sitting["after"]
    assert {c["status"] for c in manifest["captures"]} == {"ok"}
    assert str(run) in rest
    assert not list(run.glob(".partial-*"))
    kept = {c["path"] for c in manifest["captures"]}
    resumed = [sys.executable, "-m", "profiler", "run", "--resume", str(run)]
    done = subprocess.run([*resumed, "--processes", "3"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "was made with --processes 2, not 3" in done.stderr
    done = subprocess.run(resumed, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    manifest = json.loads((run / "run.json").read_text())
    assert manifest["status"] == "complete"
    assert len(manifest["sittings"]) == 2
    assert kept < {c["path"] for c in manifest["captures"]}
    assert "wall #1" not in done.stderr


def test_python_frames_of_the_exact_tree_have_their_files(real_run):
    found = validated.load(record.read(real_run[1]), None)
    frames = {one for one in caller_profile.frames(found.stacks, found.places) if one.path.endswith(".py")}
    unclear = {one for one in frames if one.candidates}
    assert {"keras/src/backend/tensorflow/trainer.py", "inspect.py"} <= {one.path for one in frames}
    # Keras's own copy of a TensorFlow file, the same line by line, can not be told apart
    assert {one.path for one in unclear} <= {"object_identity.py"}
