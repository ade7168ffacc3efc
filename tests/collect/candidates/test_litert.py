import sys
from types import ModuleType

import pytest

from profiler.collect.candidates import UnsuitableError, litert
from tests.collect.candidates.made_up import X, subject


class Interpreter:
    made = 0

    def __init__(self, model_content, num_threads):
        Interpreter.made += 1
        assert (model_content, num_threads) == (b"lite", 1)

    def resize_tensor_input(self, index, shape, strict):
        assert strict
        self.shape = shape

    def allocate_tensors(self):
        pass

    def get_input_details(self):
        return [{"index": 0}]

    get_output_details = get_input_details

    def set_tensor(self, index, x):
        assert list(x.shape) == self.shape
        self.x = x

    def invoke(self):
        self.found = 2 * self.x

    def get_tensor(self, index):
        return self.found


@pytest.fixture
def runtime(monkeypatch, tensorflow):
    package, module = ModuleType("ai_edge_litert"), ModuleType("ai_edge_litert.interpreter")
    module.Interpreter = Interpreter
    monkeypatch.setitem(sys.modules, "ai_edge_litert", package)
    monkeypatch.setitem(sys.modules, "ai_edge_litert.interpreter", module)
    Interpreter.made = 0


def test_each_number_of_rows_is_resized_for_once_and_strictly(tmp_path, runtime):
    entry = litert.prepare(subject(tmp_path)).entry
    for x in (X, X[:1], X):
        assert (entry(x) == 2 * x).all()
    assert Interpreter.made == 2


def test_several_inputs_are_refused(tmp_path, runtime):
    with pytest.raises(UnsuitableError, match="takes one array"):
        litert.prepare(subject(tmp_path, x={"a": X}))
