"""The internals by name in a trace of the runtime, between its own events."""

import json
import subprocess
import sys

import pytest

from profiler.readers import xplane
from profiler.runs import record
from profiler.viewers import tensorboard

pytestmark = pytest.mark.integration

# An event of an internal, and what it lies in; then an event of the runtime that lies in an internal's.
WITHIN = {
    ("kprof/predict", "kprof_call"),
    ("kprof/data_adapter", "kprof/predict"),
    ("kprof/dataset_ops", "kprof/data_adapter"),
    ("kprof/create_graph_function", "tf.function-graph_building"),
    ("kprof/func_graph", "kprof/create_graph_function"),
    ("kprof/make_iterator", "kprof/predict"),
    ("kprof/execute", "kprof/predict"),
    ("tf.function-graph_building", "kprof/dataset_function"),
    ("TFE_Py_FastPathExecute_C", "kprof/make_iterator"),
}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    traces = tmp_path_factory.mktemp("traces")
    words = ["run", "tiny", "--instrument", "probes_trace", "--compile-state", "compiled", "--calls", "2"]
    command = [sys.executable, "-m", "profiler", *words, "--out", str(traces)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (found,) = [path.parent for path in traces.glob("*/run.json")]
    return record.read(found)


def test_internals_lie_between_the_runtime_s_events(run):
    (capture,) = run.captures
    events = xplane.read_session(capture.trace_folder()).events
    names = events.coded("name").decode()
    parents = events.array("parent").tolist()
    within = {(name, names[parent]) for name, parent in zip(names, parents, strict=True) if parent >= 0}
    assert within >= WITHIN
    assert sum(name == "kprof/predict" for name in names) == 2
    assert not [name for name in names if name.startswith("$")]


def test_its_cost_is_told_and_its_trace_shown(run, tmp_path):
    report = json.loads((run.path / "report.json").read_text())
    assert report["variants"][0]["perturbation"]["probes_trace"]["ratio"] > 0
    (shown,) = tensorboard.fill(tmp_path / "logs", run, None, print)
    assert shown.name == "tiny-compiled-predict-b32-probes_trace"
