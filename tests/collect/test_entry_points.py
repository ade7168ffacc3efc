"""What each entry point's calls do, with a model that is made up."""

import numpy as np
import pytest

from profiler.collect.batched import Batched
from profiler.collect.entry_points import calls_of
from profiler.collect.harness import Call
from profiler.protocol.errors import UsageError
from tests.collect.fakes import MadeUp


class Tensor:
    """What a framework returns: an array once it is asked for one."""

    def __init__(self, value):
        self.value = value

    def numpy(self):
        return self.value


class Model:
    """Returns what it is told to, and keeps what it was called with."""

    def __init__(self, outputs):
        self.outputs = outputs
        self.got = []

    def __call__(self, x, training):
        self.got.append((x, training))
        return self.outputs(x)

    def predict_on_batch(self, x):
        self.got.append(x)
        return self.outputs(x)

    def predict(self, x, batch_size, verbose):
        raise NotImplementedError


def made(call):
    return call.entry(*call.args, **call.kwargs)


X = np.arange(6).reshape(6, 1)
STEPS = ("predict_on_batch", "call", "function")


def test_predict_is_called_as_a_user_does():
    model = Model(None)
    calls = calls_of("predict", model, X, 6, 4, MadeUp())
    assert calls.first() == calls.later() == Call(model.predict, (X,), {"batch_size": 4, "verbose": 0})


@pytest.mark.parametrize("entry_point", STEPS)
@pytest.mark.parametrize("kind", [Tensor, lambda x: x], ids=["tensor", "array"])
def test_a_call_is_complete_when_its_output_is_an_array(entry_point, kind):
    calls = calls_of(entry_point, Model(kind), X, 6, 8, MadeUp())
    assert made(calls.first()) is X
    assert made(calls.later()) is X


@pytest.mark.parametrize("entry_point", STEPS)
def test_structures_of_outputs_are_converted_leaf_by_leaf(entry_point):
    """Tensors beside arrays, as what a model returns may hold."""
    outputs = {"a": Tensor(1), "b": [Tensor(2), 3]}
    calls = calls_of(entry_point, Model(lambda x: outputs), X, 6, 8, MadeUp())
    assert made(calls.first()) == made(calls.later()) == {"a": 1, "b": [2, 3]}


@pytest.mark.parametrize(
    "outputs",
    [Tensor(1), [Tensor(1), Tensor(2)], np.zeros(1), [np.zeros(1)]],
    ids=["tensor", "tensors", "array", "arrays"],
)
def test_plain_outputs_are_converted_without_a_walk_through_structures(outputs):
    """The window of the fast entry points held a lambda and a walk that predict's does not have."""
    framework = MadeUp()
    calls = calls_of("call", Model(lambda x: outputs), X, 6, 8, framework)
    made(calls.first())
    framework.log.clear()
    made(calls.later())
    assert framework.log == []


@pytest.mark.parametrize(("entry_point", "kwargs"), [("predict_on_batch", {}), ("call", {"training": False})])
def test_nothing_stands_around_a_call_that_returns_arrays(entry_point, kwargs):
    model = Model(lambda x: x)
    calls = calls_of(entry_point, model, X, 6, 8, MadeUp())
    made(calls.first())
    entry = model.predict_on_batch if entry_point == "predict_on_batch" else model
    assert calls.later() == Call(entry, (X,), kwargs)


def test_later_calls_need_a_first_one():
    with pytest.raises(RuntimeError, match="the first call"):
        calls_of("call", Model(Tensor), X, 6, 8, MadeUp()).later()


def test_a_function_is_compiled_once_for_all_calls():
    framework = MadeUp()
    calls = calls_of("function", Model(Tensor), X, 6, 8, framework)
    made(calls.first())
    made(calls.later())
    assert framework.log.count("function") == 1


@pytest.mark.parametrize("entry_point", STEPS)
@pytest.mark.parametrize("kind", [Tensor, lambda x: x], ids=["tensor", "array"])
def test_more_rows_than_a_batch_are_called_batch_by_batch(entry_point, kind):
    calls = calls_of(entry_point, Model(kind), X, 6, 4, MadeUp())
    for of_calls in ("first", "later"):
        parts = made(getattr(calls, of_calls)())
        assert [part.tolist() for part in parts] == [[[0], [1], [2], [3]], [[4], [5]]]


def test_every_input_of_a_structure_is_cut():
    model = Model(Tensor)
    calls = calls_of("predict_on_batch", model, {"a": X, "b": X + 6}, 6, 4, MadeUp())
    made(calls.first())
    assert [{key: len(value) for key, value in got.items()} for got in model.got] == [
        {"a": 4, "b": 4},
        {"a": 2, "b": 2},
    ]


@pytest.mark.parametrize("entry_point", STEPS)
def test_the_outputs_of_all_batches_are_joined(entry_point):
    calls = calls_of(entry_point, Model(lambda x: {"a": Tensor(x), "b": [x]}), X, 6, 4, MadeUp())
    found = calls.joined(made(calls.first()))
    assert (found["a"].tolist(), found["b"][0].tolist()) == (X.tolist(), X.tolist())


def in_batches(*batches):
    rows = sum(len(one) for one in batches)
    return Batched(lambda: "all of it", "dataset", False, rows, len(batches[0]), batches)


def test_predict_takes_batches_as_they_come_and_names_no_size():
    class Predicts:
        def predict(self, x, verbose):
            return x

    calls = calls_of("predict", Predicts(), in_batches(X), 6, 6, MadeUp())
    assert made(calls.first()) == calls.joined(made(calls.later())) == "all of it"


@pytest.mark.parametrize("entry_point", STEPS)
def test_other_entry_points_get_the_batches_as_arrays(entry_point):
    model = Model(lambda x: x)
    calls = calls_of(entry_point, model, in_batches(X[:4], X[4:]), 6, 4, MadeUp())
    assert [one.tolist() for one in made(calls.first())] == [X[:4].tolist(), X[4:].tolist()]
    assert calls.joined(made(calls.later())).tolist() == X.tolist()


@pytest.mark.parametrize("entry_point", STEPS)
def test_batches_that_were_not_kept_leave_predict_alone(entry_point):
    without = Batched(lambda: None, "dataset", False, 6, 4, None)
    with pytest.raises(UsageError, match="only predict"):
        calls_of(entry_point, Model(None), without, 6, 4, MadeUp())
