"""One process's share of the plan, with models that are made up."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from profiler.collect import measure
from profiler.collect.models import built_in
from profiler.protocol.spec import CatalogueSpec, MeasureSpec, ObserveSpec, Spec, VariantSpec, WorkloadSpec
from profiler.protocol.vocabulary import Variant


class Model:
    """Raises in its call of a number, never when None."""

    def __init__(self, fails_at=None):
        self.left = fails_at

    def predict(self, x, batch_size, verbose):
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise RuntimeError("out of luck")
        return x


def measured(monkeypatch, tmp_path, models, instrument="wall"):
    """Measure a variant for each batch size -> model; return status and reason of each capture."""
    workload = SimpleNamespace(
        build=lambda state, batch_size: (models[batch_size], "made up"),
        inputs=lambda rows: (np.zeros(rows), []),
        notes=lambda state: [],
    )
    monkeypatch.setattr(built_in, "open_workload", lambda *_: workload)
    part = MeasureSpec(
        environment="here",
        process=0,
        seed=1,
        instrument=instrument,
        variants=[
            VariantSpec(Variant("mine", "compiled", "predict", size, size), 3, 1.0, False, str(size))
            for size in models
        ],
        catalogue=CatalogueSpec([], ObserveSpec()),
    )
    measure.run(Spec(str(tmp_path), [WorkloadSpec("mine")], measure=part), part, SimpleNamespace())
    found = {size: json.loads((tmp_path / str(size) / "capture.json").read_text()) for size in models}
    return {size: (manifest["status"], manifest["reason"]) for size, manifest in found.items()}


@pytest.mark.parametrize("fails_at", [0, 4, 5])
def test_a_variant_that_raises_fails_alone(monkeypatch, tmp_path, fails_at):
    """The first call, one of the first block, a later one: measuring used to lose the whole process."""
    found = measured(monkeypatch, tmp_path, {1: Model(), 2: Model(fails_at), 4: Model()})
    assert found == {
        1: ("ok", None),
        2: ("failed", "RuntimeError: out of luck"),
        4: ("ok", None),
    }


def test_what_raises_while_a_single_capture_is_finished_fails_it(monkeypatch, tmp_path):
    def no_disk(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr(measure.captures, "write", no_disk)
    found = measured(monkeypatch, tmp_path, {1: Model()}, "cprofile")
    assert found == {1: ("failed", "OSError: no space left on device")}
