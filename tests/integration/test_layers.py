"""Layers of a real model: nested, shared and parallel ones, and one whose scopes other layers' names have."""

import subprocess
import sys

import pytest

import profiler
from tests import reference

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """Measure the model of the reference captures through predict, which they do not."""
    traces = tmp_path_factory.mktemp("traces")
    command = [
        sys.executable,
        "-m",
        "profiler",
        "run",
        "--model",
        "branches:make",
        "--compile-state",
        "compiled",
    ]
    command += ["--instrument", "tfprofiler", "--budget", "1", "--processes", "1", "--out", str(traces)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=reference.FOLDER)
    assert done.returncode == 0, done.stderr
    (run,) = [path.parent for path in traces.glob("*/run.json")]
    return profiler.load(run)


def test_each_use_of_each_layer_is_known_and_has_time(measured):
    frame = measured.layers()
    assert set(frame["certainty"]) == {"known"}
    uses = set(zip(frame["layer"], frame["use"], frame["class_name"], strict=True))
    twice = {
        (name, use, "Dense") for name in ("encoder/dense", "encoder/dense_1", "shared") for use in (1, 2)
    }
    once = {("dense", 1, "Dense"), ("dense_1", 1, "Dense"), ("joined", 1, "Concatenate")}
    assert uses == twice | once | {("", 0, "")}
    assert (frame["compute_ps"][:-1] > 0).all()


def test_every_layer_is_entered_once_a_call_and_what_has_weights_counts_them(measured):
    frame = measured.layers().set_index(["layer", "use"])
    assert (frame["entries_per_call"][:-1] == 1).all()
    assert frame["parameters"]["encoder/dense", 1] == 256 * 256 + 256
    assert frame["parameters"]["joined", 1] == 0


def test_layers_and_no_layer_add_up_to_the_compute_that_the_report_has(measured):
    (variant,) = measured.report.variants
    total = measured.layers()["share_of_calls"].sum()
    assert total == pytest.approx(variant.compute["tfprofiler"], abs=1e-9)
