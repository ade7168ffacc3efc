import pytest

from profiler.collect.candidates import UnsuitableError, function_fixed_xla
from tests.collect.candidates.made_up import Model, X, subject


@pytest.mark.parametrize(("rows", "padded"), [(1, 1), (2, 2), (3, 4), (64, 64), (65, 128)])
def test_rows_are_padded_to_the_next_power_of_two(rows, padded):
    assert function_fixed_xla.power_of_two(rows) == padded


def test_rows_that_vary_are_padded_and_the_outputs_cut(tmp_path, tensorflow):
    model = Model()
    way = function_fixed_xla.prepare(subject(tmp_path, model, varies=True))
    assert (way.entry(X) == 2 * X).all()
    assert model.got[-1] == ("call", 4, False)
    assert way.shape_of(3) == 4
    assert tensorflow.functions == [{"jit_compile": True}]


def test_rows_that_do_not_vary_are_left_as_they_are(tmp_path, tensorflow):
    model = Model()
    function_fixed_xla.prepare(subject(tmp_path, model)).entry(X)
    assert model.got[-1] == ("call", 3, False)


def test_a_release_without_xla_here_says_so(tmp_path, tensorflow, monkeypatch):
    monkeypatch.setattr(tensorflow, "function", lambda step: step, raising=False)
    with pytest.raises(UnsuitableError, match="no jit_compile"):
        function_fixed_xla.prepare(subject(tmp_path))
