import sys
from types import ModuleType, SimpleNamespace

import pytest

from profiler.collect.candidates import UnsuitableError, openvino
from tests.collect.candidates.made_up import Model, X, subject


class Compiled:
    outputs = ("y",)

    def __call__(self, x):
        return [2 * x]


@pytest.fixture
def asked(monkeypatch):
    module, found = ModuleType("openvino"), []
    module.convert_model = str

    def compile_model(converted, device, hints):
        found.append((device, hints))
        return Compiled()

    module.Core = lambda: SimpleNamespace(compile_model=compile_model)
    monkeypatch.setitem(sys.modules, "openvino", module)
    return found


def test_it_computes_in_float32(tmp_path, asked):
    model = Model()
    assert (openvino.prepare(subject(tmp_path, model)).entry(X) == 2 * X).all()
    assert asked == [("CPU", {"INFERENCE_PRECISION_HINT": "f32"})]


def test_several_inputs_are_refused(tmp_path, asked):
    with pytest.raises(UnsuitableError, match="takes one array"):
        openvino.prepare(subject(tmp_path, x=[X, X]))
