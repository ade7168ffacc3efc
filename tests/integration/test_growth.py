"""What a real run says of growth: of a model that keeps a megabyte a call, and of one that keeps nothing."""

import json
import re
import subprocess
import sys

import pytest

pytestmark = pytest.mark.integration

KEEPER = """
import keras
import numpy


def model():
    class Keeper(keras.Sequential):
        kept = []

        def predict(self, *args, **kwargs):
            self.kept.append(numpy.ones(1 << 17))
            return super().predict(*args, **kwargs)

    return Keeper([keras.Input((8,)), keras.layers.Dense(1)])
"""


def growth(report):
    """Return what grows by variant's id."""
    return {one["id"]: one["growth"] for one in report["variants"]}


@pytest.fixture(scope="module")
def keeper(tmp_path_factory):
    """Run the model that keeps a megabyte a call; return what grows, and what was printed."""
    folder = tmp_path_factory.mktemp("keeper")
    (folder / "keeper.py").write_text(KEEPER)
    options = ["--compile-state", "uncompiled", "--instrument", "wall", "--processes", "3", "--budget", "1"]
    command = [
        sys.executable,
        "-m",
        "profiler",
        "run",
        "--model",
        "keeper:model",
        "--out",
        "traces",
        *options,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    assert done.returncode == 0, done.stderr
    (place,) = folder.glob("traces/*/report.json")
    return growth(json.loads(place.read_text())), done.stdout


def test_a_model_that_keeps_a_megabyte_a_call_grows(keeper):
    found, text = keeper
    memory = found["model/uncompiled/predict/b32"]["resident_bytes_per_call"]
    assert memory["verdict"] == "grows"
    assert memory["value"] == pytest.approx(1 << 20, rel=0.25)
    assert re.search(r"^\s*uncompiled/predict/b32 +resident memory ", text, re.MULTILINE)


def test_its_other_entry_points_keep_nothing(keeper):
    found, _ = keeper
    others = [one["resident_bytes_per_call"] for name, one in found.items() if "/predict/" not in name]
    assert [one["verdict"] for one in others if one["verdict"] == "grows"] == []


def test_a_model_that_keeps_nothing_does_not_grow(real_report):
    for found in growth(real_report).values():
        slopes = [found[name] for name in ("resident_bytes_per_call", "graphs_per_call", "threads_per_call")]
        assert [one["verdict"] for one in slopes if one["verdict"] == "grows"] == []
        assert found["calls"] >= 6


def test_graphs_that_predict_traces_do_not_stay(real_report):
    (variant,) = [one for one in real_report["variants"] if one["id"] == "tiny/compiled/predict/b32"]
    assert variant["graphs_traced_per_call"] == 3
    assert variant["growth"]["graphs_per_call"]["value"] == pytest.approx(0, abs=0.5)


def test_garbage_that_waits_for_a_collection_is_counted(real_report):
    (variant,) = [one for one in real_report["variants"] if one["id"] == "tiny/compiled/predict/b32"]
    assert variant["beyond"]["later"]["objects_per_call"] > 0
    assert len(variant["beyond"]["collections"]) == 3
