import pytest

from profiler.collect.candidates import UnsuitableError, larger_batches
from tests.collect.candidates.made_up import Model, X, subject


def test_the_batch_is_as_large_as_the_input(tmp_path):
    model = Model()
    larger_batches.prepare(subject(tmp_path, model, varies=True)).entry(X[:2])
    assert model.got == [("predict", 2, {"batch_size": 2, "verbose": 0})]


def test_rows_that_are_one_batch_anyway_are_left_out(tmp_path):
    with pytest.raises(UnsuitableError, match="one batch of 32 anyway"):
        larger_batches.prepare(subject(tmp_path))
