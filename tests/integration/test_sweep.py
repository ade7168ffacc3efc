"""``kprof sweep`` on real TensorFlow: points of two widths in one process; nothing is said of times."""

import json
import subprocess
import sys

import pytest

pytestmark = pytest.mark.integration


def test_two_widths_are_measured_in_one_process_and_resumed_runs_are_complete(tmp_path):
    command = [sys.executable, "-m", "profiler", "sweep"]
    what = ["mlp", "--size", "4,8", "--processes", "1", "--calls", "2", "--entry-point", "predict,function"]
    done = subprocess.run(
        [*command, *what, "--budget", "1", "--out", str(tmp_path), "--format", "json"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert [one["workload"] for one in found["points"]] == ["mlp4", "mlp8"]
    for one in found["points"]:
        assert all(taken["median"] > 0 and taken["processes"] == 1 for taken in one["ms"].values())
        assert 0 < one["compute"]["value"] < 1
        assert one["overhead"]["interval"] is None
    (run,) = tmp_path.glob("*-sweep")
    again = subprocess.run(
        [*command, "--resume", str(run), "--dry-run"], capture_output=True, text=True, check=True
    )
    assert "is complete" in again.stdout
