"""Gates on a real run: the same model called in two ways, in the same processes."""

import subprocess
import sys

import pytest

from profiler.cli.main import main

pytestmark = pytest.mark.integration

FAST, SLOW = "tiny/compiled/predict_on_batch/b32", "tiny/compiled/predict/b32"
ASKED = ("--compile-state", "compiled", "--entry-point", "predict,predict_on_batch", "--instrument", "wall")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Measure both ways in three processes; return the run directory."""
    traces = tmp_path_factory.mktemp("traces")
    command = [sys.executable, "-m", "profiler", "run", "tiny", *ASKED, "--processes", "3", "--budget", "1"]
    done = subprocess.run([*command, "--out", str(traces)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (found,) = [path.parent for path in traces.glob("*/run.json")]
    return str(found)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("compare", f"RUN:{FAST}", f"RUN:{SLOW}", "--fail-if", "slower > 5%"), 1),
        (("compare", f"RUN:{SLOW}", f"RUN:{FAST}", "--fail-if", "slower > 5%"), 0),
        (("compare", "RUN", "RUN", "--fail-if", "slower > 5% or ms > 0.01"), 0),
        (("report", "RUN", "--fail-if", "entry_point == predict and graphs_traced_per_call > 0"), 1),
        (("report", "RUN", "--fail-if", "entry_point == predict_on_batch and faster < 100%"), 0),
    ],
)
def test_what_a_gate_ends_with(arguments, code, run, capsys):
    assert main([word.replace("RUN", run) for word in arguments]) == code, capsys.readouterr().out
