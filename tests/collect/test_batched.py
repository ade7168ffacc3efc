"""Input that comes in batches of its own."""

from types import SimpleNamespace

import numpy as np
import pytest

from profiler.collect import batched
from profiler.protocol.errors import UsageError
from tests.collect.fakes import MadeUp


class Tensor:
    def __init__(self, array):
        self._array = array
        self.shape = array.shape

    def numpy(self):
        return self._array


class Dataset:
    """As much of a dataset as is asked of one; it has an end unless told otherwise."""

    element_spec = None

    def __init__(self, sizes, cardinality=None):
        self._sizes = sizes
        self._cardinality = len(sizes) if cardinality is None else cardinality

    def cardinality(self):
        return self._cardinality

    def __iter__(self):
        return iter([(Tensor(np.ones((size, 4))), Tensor(np.ones(size))) for size in self._sizes])


class Sequence:
    """Like that of Keras 2: iterated without end, but with a length."""

    def __len__(self):
        return 3

    def __getitem__(self, number):
        return {"a": np.full((2, 4), number)}, np.zeros(2)

    def __iter__(self):
        while True:
            yield self[0]


def through(make):
    return batched.look_through("m:f", make(), make, MadeUp())


def called(call):
    return call.entry(*call.args, **call.kwargs)


def test_a_dataset_tells_its_rows_and_leaves_arrays():
    found = through(lambda: Dataset((4, 4, 1)))
    assert (found.kind, found.rows, found.batch_size) == ("dataset", 9, 4)
    assert [type(x) for x in found.kept()] == [np.ndarray] * 3
    assert [len(x) for x in found.kept()] == [4, 4, 1]


def test_a_sequence_ends_with_its_length():
    found = through(Sequence)
    assert (found.kind, found.rows) == ("Sequence", 6)
    assert [x["a"][0, 0] for x in found.kept()] == [0, 1, 2]


def test_predict_gets_the_same_dataset_at_each_call_and_a_new_generator():
    """A generator that was used up gives nothing more."""
    model = SimpleNamespace(predict=lambda x, verbose: x)
    dataset = through(lambda: Dataset((4,))).predict(model)
    assert called(dataset) is called(dataset)

    def rows():
        yield (np.zeros((2, 4)),)

    call = through(rows).predict(model)
    assert [len(list(called(call))) for _ in range(3)] == [1, 1, 1]


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Dataset((4,), cardinality=-1), "a dataset that never ends; leave out repeat"),
        (lambda: Dataset(()), "gives a dataset without a row"),
        (lambda: iter([(np.float64(3),)]), "batch 0 of its generator has no rows"),
    ],
)
def test_an_input_that_cannot_be_measured_is_one_line(make, says):
    with pytest.raises(UsageError, match=says):
        through(make)


def test_an_input_without_end_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(batched, "MOST_BATCHES", 5)

    def endless():
        while True:
            yield np.zeros((1, 4))

    with pytest.raises(UsageError, match="gives more than 5 batches"):
        through(endless)


def test_batches_that_are_too_large_are_counted_and_leave_predict_alone(monkeypatch):
    monkeypatch.setattr(batched, "MOST_KEPT_BYTES", 100)
    found = through(lambda: Dataset((4, 4, 1)))
    assert (found.rows, found.batches) == (9, None)
    with pytest.raises(UsageError, match="only predict is measured with it"):
        found.kept()


def test_texts_stay_tensors():
    words = Tensor(np.array([[b"a"]], dtype=object))
    assert through([words].__iter__).kept() == [words]


@pytest.mark.parametrize("value", [np.zeros(3), [np.zeros(3)], {"a": np.zeros(3)}, 3, "text"])
def test_arrays_are_no_batches(value):
    assert not batched.is_batched(value)
