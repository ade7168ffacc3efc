"""Waits inside and outside of the spans that they belong to."""

import dataclasses
import json

import numpy as np
import pytest

from profiler.protocol import files, schemas
from profiler.protocol.errors import TraceFormatError
from profiler.protocol.probes import IN_FRAME, Probes
from profiler.protocol.spec import CaptureManifest
from profiler.protocol.vocabulary import Variant
from profiler.results.proving import busy_intervals
from profiler.runs.record import Capture
from tests.results.proving.made_up import evidence

PREDICT = "keras/src/backend/tensorflow/trainer.py::TensorFlowTrainer.predict"
ADAPTER = "keras/src/backend/tensorflow/trainer.py::TFEpochIterator.__init__"
RANGE = "tensorflow/python/data/ops/dataset_ops.py::DatasetV2.range"
KEYS = [PREDICT, ADAPTER, RANGE]
SPANS = [(0, 0, 0, 100, -1), (0, 1, 10, 60, 0), (0, 2, 20, 40, 1), (1, 2, 50, 55, -1)]
"""predict 0..100 holds the adapter 10..60, which holds a range 20..40; another thread has one at 50..55."""


def capture(folder, waits):
    folder.mkdir()
    thread, function, start, end, parent = (np.array(column, np.int64) for column in zip(*SPANS, strict=True))
    np.savez(
        folder / files.SPANS_FILE,
        thread=thread,
        function=function,
        start_ns=start,
        end_ns=end,
        parent=parent,
        begin_ns=np.array([0]),
    )
    probes = dataclasses.asdict(Probes(KEYS, dict.fromkeys(KEYS, IN_FRAME), {}, {}))
    (folder / files.PROBES_FILE).write_text(json.dumps({"schema": schemas.PROBES, **probes}))
    begins, ends = np.array(waits, np.int64).reshape(-1, 2).T
    np.savez(folder / files.WAITS_FILE, begin_ns=begins, end_ns=ends)
    names = (files.SPANS_FILE, files.PROBES_FILE, files.WAITS_FILE)
    manifest = CaptureManifest("failed", None, dict.fromkeys(names, ""))
    variant = Variant("tiny", "compiled", "predict", 32, 32)
    return Capture("c", folder, "e", variant, "probes", 0, "ok", None, manifest)


def astray(folder, *waits):
    """Return how many waits of one block there are, and how many of them are astray."""
    made = evidence({}, rounds=1)
    held = capture(folder / "c", waits)
    seen = tuple(dataclasses.replace(one, capture=held) for one in made.under("probes") if one.block.slowed)
    return busy_intervals.astray(seen)


def test_a_wait_whose_innermost_span_is_its_internals_is_where_it_belongs(tmp_path):
    assert astray(tmp_path, (12, 18), (42, 58)) == (2, 0)


@pytest.mark.parametrize(
    "wait",
    [
        pytest.param((2, 8), id="in the span around"),
        pytest.param((22, 30), id="in one within"),
        pytest.param((15, 25), id="while another begins"),
        pytest.param((35, 45), id="while another ends"),
        pytest.param((15, 45), id="around another"),
        pytest.param((110, 120), id="outside of all"),
    ],
)
def test_a_wait_anywhere_else_is_astray(wait, tmp_path):
    assert astray(tmp_path, (12, 18), wait) == (2, 1)


def test_a_file_of_waits_that_is_no_such_file_is_refused(tmp_path):
    made = evidence({}, rounds=1)
    held = capture(tmp_path / "c", [(12, 18)])
    np.savez(held.folder / files.WAITS_FILE, begin_ns=np.array([1]), end_ns=np.array([1, 2]))
    seen = tuple(dataclasses.replace(one, capture=held) for one in made.under("probes") if one.block.slowed)
    with pytest.raises(TraceFormatError):
        busy_intervals.astray(seen)
