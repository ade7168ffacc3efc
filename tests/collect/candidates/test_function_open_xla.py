import pytest

from profiler.collect.candidates import UnsuitableError, function_open_xla
from tests.collect.candidates.made_up import Model, X, subject


def test_it_has_an_open_signature_and_pads(tmp_path, tensorflow):
    model = Model()
    way = function_open_xla.prepare(subject(tmp_path, model, varies=True))
    assert (way.entry(X) == 2 * X).all()
    assert model.got[-1] == ("call", 4, False)
    assert tensorflow.functions == [
        {"input_signature": [("spec", (None, 2), "float32")], "jit_compile": True}
    ]


def test_a_release_without_jit_compile_says_so(tmp_path, tensorflow, monkeypatch):
    monkeypatch.setattr(tensorflow, "function", lambda step, input_signature: step, raising=False)
    with pytest.raises(UnsuitableError, match="no jit_compile"):
        function_open_xla.prepare(subject(tmp_path))
