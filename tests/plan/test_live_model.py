"""What a live model's input may be, with a model that is made up."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from profiler.plan import live_model
from profiler.protocol.errors import UsageError


def model(inputs=1):
    return SimpleNamespace(
        predict=lambda x: x, save=lambda path: Path(path).write_bytes(b""), inputs=[None] * inputs
    )


def stored(x, inputs=1):
    """Return what a worker would find: an array, or the arrays by name."""
    with live_model.saved(model(inputs), x) as (_, path), np.load(path) as found:
        return dict(found)


def refused(x, inputs=1):
    with pytest.raises(UsageError) as caught, live_model.saved(model(inputs), x):
        pass
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_an_input_may_be_named_like_an_argument_of_savez():
    """An input named ``file`` used to end in a TypeError."""
    x = {"file": np.ones((2, 4)), "args": np.zeros((2, 3)), "a/b": np.zeros(2)}
    assert {name: array.shape for name, array in stored(x, 3).items()} == {
        "file": (2, 4),
        "args": (2, 3),
        "a/b": (2,),
    }


def test_rows_as_lists_are_one_input():
    """They were taken for as many inputs as there are rows."""
    with live_model.saved(model(), [[1.0, 2.0], [3.0, 4.0]]) as (_, path):
        assert np.load(path).shape == (2, 2)


def test_a_list_of_arrays_or_a_model_of_several_inputs_takes_one_an_input():
    assert set(stored([np.ones(2), np.ones(2)])) == {"arr_0", "arr_1"}
    assert set(stored([[[1.0]], [[2.0]]], inputs=2)) == {"arr_0", "arr_1"}


class Batches:
    """Like keras.utils.PyDataset: an item a batch, and no iterator."""

    def __len__(self):
        return 3

    def __getitem__(self, index):
        return np.ones((4, 4))


@pytest.mark.parametrize("x", [Batches(), iter([1]), (row for row in [1]), {"a": Batches()}])
def test_batches_of_any_kind_are_refused_as_a_dataset(x):
    """A PyDataset was turned into an array of its batches."""
    assert "give arrays, or a function that makes it, input='module:function'" in refused(x)


@pytest.mark.parametrize(
    ("x", "says"),
    [
        ("x.npy", "a file is named with input="),
        (np.array([[1], "a"], dtype=object), "holds Python objects"),
        ([[1.0], [1.0, 2.0]], "no array"),
    ],
)
def test_what_is_no_array_is_one_line(x, says):
    assert says in refused(x)
