"""One real run of TensorFlow, shared by the tests that look at it."""

import json
import subprocess
import sys

import pytest


@pytest.fixture(scope="session")
def real_run(tmp_path_factory):
    """Run ``kprof run tiny`` once, briefly; return its traces folder, run directory and output."""
    traces = tmp_path_factory.mktemp("traces")
    command = [sys.executable, "-m", "profiler", "run", "tiny", "--processes", "2", "--budget", "1"]
    done = subprocess.run([*command, "--out", str(traces)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (run,) = [path.parent for path in traces.glob("*/run.json")]
    return traces, run, done


@pytest.fixture(scope="session")
def real_report(real_run):
    """Return the report.json of the real run."""
    return json.loads((real_run[1] / "report.json").read_text())
