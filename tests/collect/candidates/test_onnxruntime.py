import sys
from types import ModuleType, SimpleNamespace

import pytest

from profiler.collect.candidates import UnsuitableError, onnxruntime
from tests.collect.candidates.made_up import Model, X, subject


class Session:
    def __init__(self, path, options, providers):
        assert options.intra_op_num_threads == 1

    def get_inputs(self):
        return [SimpleNamespace(name="x")]

    get_outputs = get_inputs

    def run(self, names, fed):
        return [2 * fed["x"]]


@pytest.fixture
def runtime(monkeypatch):
    module = ModuleType("onnxruntime")
    module.SessionOptions, module.InferenceSession = SimpleNamespace, Session
    monkeypatch.setitem(sys.modules, "onnxruntime", module)


def test_the_model_is_exported_and_run_on_one_thread(tmp_path, runtime):
    model = Model()
    assert (onnxruntime.prepare(subject(tmp_path, model)).entry(X) == 2 * X).all()
    assert model.got == [("export", {"format": "onnx"})]


@pytest.mark.parametrize("x", [{"a": X}, [X, X]])
def test_several_inputs_are_refused(tmp_path, runtime, x):
    with pytest.raises(UnsuitableError, match="takes one array"):
        onnxruntime.prepare(subject(tmp_path, x=x))
