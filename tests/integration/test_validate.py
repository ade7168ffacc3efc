"""``kprof validate`` on real TensorFlow: waits lie where they belong, and are counted as the call says."""

import json
import os
import subprocess
import sys

import pytest

from profiler.collect import selftest

pytestmark = pytest.mark.integration

INTERNALS = "data_adapter,create_graph_function,output_conversion"


def test_waits_lie_in_the_spans_of_the_internals_that_were_slowed(tmp_path):
    """Errors are not judged here: a busy machine may leave them open."""
    output = tmp_path / "proof.json"
    command = [
        sys.executable,
        "-m",
        "profiler",
        "validate",
        "--instrument",
        "probes,cprofile",
        "--calls",
        "10",
    ]
    done = subprocess.run(
        [*command, "--internals", INTERNALS, "--format", "json", "--output", str(output)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "XDG_STATE_HOME": str(tmp_path)},
    )
    assert done.returncode in (0, 1, 4), done.stderr
    probes, cprofile = json.loads(output.read_text())["instruments"]
    assert cprofile["status"] == ("ok" if selftest.is_sound() else "unsound")
    assert probes["status"] == "ok"
    assert {check["slowed"] for check in probes["checks"]} == set(INTERNALS.split(","))
    assert all(check["error"] is not None for check in probes["checks"])
    assert (probes["waits"] >= 50, probes["astray"]) == (True, 0)
    assert probes["not_slowed"] == {}
