"""What of a model decides whether outputs can be the same."""

from types import SimpleNamespace

import numpy as np
import pytest

from profiler.collect.advising import equality
from profiler.collect.advising.equality import Reference
from profiler.collect.advising.inputs import Case, Pool
from tests.collect.fakes import MadeUp


class Workload:
    def inputs(self, rows):
        return np.arange(1, rows + 1, dtype="float32").reshape(rows, 1), []


POOL = Pool(Workload(), MadeUp(), 4, 4)
MODEL = SimpleNamespace(layers=[])


def looked_at(predict, model=MODEL):
    return equality.look_at(predict, model, POOL, [4], [4])


def test_an_ordinary_model_has_nothing_against_it():
    found = looked_at(lambda x: 2 * x)
    assert (found.varying, found.constant, found.batch_dependent) == (None, False, None)
    assert [one.shape for one in found.arrays] == [[4, 1]]


def test_random_outputs_vary():
    random = np.random.RandomState(1)
    found = looked_at(lambda x: x + random.random_sample(x.shape).astype("float32"))
    assert found.varying is not None
    assert not found.state_matters


def test_state_that_a_reset_takes_back_is_told_from_chance():
    state = [0]

    def predict(x):
        state[0] += 1
        return x + np.float32(state[0])

    layer = SimpleNamespace(name="lstm", stateful=True, reset_states=lambda: state.__setitem__(0, 0))
    found = looked_at(predict, SimpleNamespace(layers=[layer]))
    assert found.varying is not None
    assert found.state_matters
    assert found.stateful == ["lstm"]


def test_outputs_that_do_not_vary_prove_nothing():
    assert looked_at(lambda x: np.full_like(x, 0.001)).constant


def test_a_softmax_over_the_batch_depends_on_it():
    found = looked_at(lambda x: x / x.sum(0))
    assert found.batch_dependent is not None
    assert found.batch_dependent.beyond


def test_layers_that_behave_differently_in_training_are_named():
    class Dropout:
        name = "dropout_1"

    class Own:
        name = "mine"

        def call(self, x, training=None):
            return x

    class Plain:
        name = "plain"

        def call(self, x):
            return x

    found = looked_at(lambda x: 2 * x, SimpleNamespace(layers=[Dropout(), Own(), Plain()]))
    assert found.training_layers == ["dropout_1", "mine"]


def test_a_layer_whose_call_is_a_function_itself_is_named():
    class Function:
        get_concrete_function = None

    class Own:
        name = "mine"
        call = Function()

    assert looked_at(lambda x: 2 * x, SimpleNamespace(layers=[Own()])).function_layers == ["mine"]


CASE = Case("4 rows", POOL.rows(4))


@pytest.mark.parametrize(
    ("entry", "same"),
    [
        (lambda x: 2 * x, True),
        (lambda x: 2 * x * np.float32(1 + 1e-6), True),
        (lambda x: 3 * x, False),
        (lambda x: (2 * x)[:2], False),
        (lambda x: (2 * x).astype("float64"), False),
        (lambda x: [2 * x], False),
        (lambda x: 2 * x * np.float32("nan"), False),
    ],
)
def test_values_shape_dtype_and_structure_are_compared(entry, same):
    (found,) = Reference(lambda x: 2 * x, MODEL).compared(entry, [CASE])
    assert found.input == "4 rows"
    assert found.difference.same is same


def test_coarse_numbers_have_a_wide_tolerance_and_fine_ones_a_narrow_one():
    def near(dtype):
        base = lambda x: x.astype(dtype)  # noqa: E731
        off = lambda x: (x * 1.01).astype(dtype)  # noqa: E731
        return Reference(base, MODEL).compared(off, [CASE])[0].difference.same

    assert near("float16")
    assert not near("float32")
    assert not near("float64")


def test_predict_is_called_once_for_an_input():
    calls = []

    def predict(x):
        calls.append(len(x))
        return x

    reference = Reference(predict, MODEL)
    reference.compared(lambda x: x, [CASE])
    reference.compared(lambda x: x, [CASE])
    assert calls == [4]
