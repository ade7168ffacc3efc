"""How outputs are compared: structure, shape, dtype, and values within the tolerance of their dtype."""

from types import SimpleNamespace

import numpy as np
import pytest

from profiler.collect import outputs
from profiler.protocol.errors import Unusable

F4 = np.float32


def difference(first, second, coarsest=0.0):
    return outputs.difference(outputs.arrays_of(first), outputs.arrays_of(second), coarsest)


def array(*values, dtype=F4):
    return np.array(values, dtype)


@pytest.mark.parametrize(
    ("first", "second", "says"),
    [
        (array(1), {"a": array(1)}, "the structure is one array instead of ['a']"),
        ([array(1), array(1)], [array(1)], "the structure is [0], [1] instead of [0]"),
        ({"a": array(1)}, {"b": array(1)}, "the structure is ['a'] instead of ['b']"),
        (array(1, 2), array(1), "the shape is (2,) instead of (1,)"),
        ([array(1), array(1, 2)], [array(1), array(1)], "the shape of [1] is (2,) instead of (1,)"),
        (array(1), array(1, dtype="float64"), "the dtype is float32 instead of float64"),
    ],
)
def test_what_differs_before_any_value_is_named(first, second, says):
    found = difference(first, second)
    assert (found.mismatch, found.same) == (says, False)


def test_equal_values_are_equal_and_nan_equals_nan():
    found = difference(array(1, np.nan, np.inf, -np.inf), array(1, np.nan, np.inf, -np.inf))
    assert (found.same, found.beyond, found.values) == (True, 0, 4)
    assert (found.absolute, found.relative, found.ulp) == (0, 0, 0)


@pytest.mark.parametrize("other", [array(np.nan), array(-np.inf), array(1)])
def test_an_infinite_value_equals_itself_alone(other):
    assert difference(array(np.inf), other).beyond == 1


def test_only_nan_has_no_number_to_tell_a_difference_of():
    found = difference(array(np.nan), array(np.nan))
    assert (found.same, found.absolute, found.ulp) == (True, None, None)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("value", [1.0, -1.0, 0.0])
def test_the_next_number_is_one_ulp_away(dtype, value):
    one = np.array([value], dtype)
    assert difference(one, np.nextafter(one, np.array([9], dtype), dtype=dtype)).ulp == 1


def test_the_numbers_on_both_sides_of_zero_are_counted_through_it():
    tiny = np.nextafter(F4(0), F4(1))
    assert difference(array(tiny), array(-tiny)).ulp == 2
    assert difference(array(0.0), array(-0.0)).ulp == 0


def test_the_differences_are_the_largest_of_all_arrays():
    found = difference([array(1, 100), array(4)], [array(1, 101), array(2)])
    assert (found.absolute, found.relative) == (2, 0.5)
    assert (found.beyond, found.values) == (2, 3)


@pytest.mark.parametrize(
    ("dtype", "within", "beyond"),
    [("float64", 1e-9, 1e-5), ("float32", 1e-4, 1e-2), ("float16", 1e-2, 0.2)],
)
def test_the_tolerance_is_that_of_the_dtype(dtype, within, beyond):
    one = np.ones(4, dtype)
    assert difference(one, one * np.array(1 + within, dtype)).same
    assert not difference(one, one * np.array(1 + beyond, dtype)).same


def test_a_value_near_zero_is_held_to_the_size_of_its_neighbours():
    assert difference(array(1, 1, 1e-6), array(1, 1, 2e-6)).same
    assert not difference(array(1e-6), array(2e-6)).same
    # to their mean, not to the largest of them
    assert not difference(array(1e4, *[0.0] * 99), array(1e4, 1.0, *[0.0] * 98)).same


def test_integers_and_texts_are_equal_or_not():
    assert difference(np.array([1, 2]), np.array([1, 3])).beyond == 1
    words = np.array([b"a", b"b"], dtype=object)
    assert difference(words, words).same
    assert difference(words, np.array([b"a", b"c"], dtype=object)).beyond == 1


def test_what_is_computed_coarsely_is_held_to_that():
    """Mixed precision gives float32 of what was computed in float16."""
    assert difference(array(1.0), array(1.01), coarsest=outputs.TOLERANCES["float16"]).same


def model(*dtypes):
    return SimpleNamespace(layers=[SimpleNamespace(compute_dtype=dtype) for dtype in dtypes])


def test_outputs_are_looked_at_twice_and_against_the_others():
    kept = outputs.keep(array(1, 2), array(1, 2))
    found = outputs.look_at(kept, model("float32"), {"base": outputs.arrays_of(array(1, 5))})
    assert found.repeated.same
    assert (found.against["base"].same, found.against["base"].absolute) == (False, 3)
    assert [(one.name, one.dtype, one.shape, one.alike) for one in found.arrays] == [
        ("", "float32", [2], None)
    ]


def test_outputs_that_vary_are_told_from_outputs_that_differ():
    found = outputs.look_at(outputs.keep(array(1, 2), array(3, 4)), model(), {})
    assert not found.repeated.same


def test_the_coarsest_layer_gives_the_tolerance_however_deep():
    nested = SimpleNamespace(layers=[model("float32", "float16")])
    found = outputs.look_at(outputs.keep(array(1.0), array(1.01)), nested, {})
    assert (found.repeated.same, found.repeated.tolerance) == (True, outputs.TOLERANCES["float16"])


@pytest.mark.parametrize(
    ("values", "alike"),
    [
        (array(0.5, 0.5), "0.5"),
        (array(np.nan, np.nan), "NaN"),
        (array(1, 2), None),
        (array(1), None),
        (np.zeros((0, 3), F4), None),
    ],
)
def test_outputs_that_are_all_alike_are_told(values, alike):
    found = outputs.look_at(outputs.keep(values, values), model(), {})
    assert found.arrays[0].alike == alike


def test_what_is_no_array_cannot_be_compared():
    with pytest.raises(Unusable, match="an object of type object"):
        outputs.arrays_of([object()])


def test_outputs_that_are_too_large_are_not_held(monkeypatch):
    monkeypatch.setattr(outputs, "MOST_BYTES", 3)
    with pytest.raises(Unusable, match="take more than"):
        outputs.arrays_of(array(1))


def test_a_state_that_settles_shows_against_the_very_first_call():
    """After 20 calls of one input a stateful GRU gave the same bits again, and passed as repeatable."""
    settled = outputs.keep(array(0.0), array(7.0))
    assert not outputs.look_at(settled, model(), {}).repeated.same


def test_outputs_that_hold_no_arrays_say_why_they_are_not_compared():
    kept = outputs.keep([object()], array(1))
    assert (kept.first, kept.later) == ({}, {})
    assert "an object of type object" in kept.error
