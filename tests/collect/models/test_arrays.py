"""The user's arrays, by name or in order, from a file or a function."""

from types import SimpleNamespace

import numpy as np
import pytest

from profiler.collect.models import arrays
from profiler.protocol.errors import UsageError


def test_one_array_of_a_file_or_a_function_has_no_name(tmp_path):
    np.save(tmp_path / "x.npy", np.arange(3))
    for found in (arrays.of_file(str(tmp_path / "x.npy")), arrays.of_value("m:f", np.arange(3))):
        (name,) = found.names
        assert not found.has_names
        assert found.named(name).tolist() == [0, 1, 2]


def test_a_list_has_an_order_and_a_dictionary_names():
    listed = arrays.of_value("m:f", [np.zeros(1), np.ones(1)])
    assert [listed.named(name)[0] for name in listed.names] == [0, 1]
    assert not listed.has_names
    named = arrays.of_value("m:f", {"b": np.zeros(1), "a": np.ones(1)})
    assert (named.has_names, named.names) == (True, ("b", "a"))


def test_a_tensor_counts_as_its_array():
    found = arrays.of_value("m:f", SimpleNamespace(numpy=lambda: np.ones(2)))
    assert found.named(found.names[0]).tolist() == [1, 1]


def test_what_can_be_an_array_is_one():
    """Like a data frame of pandas."""

    class Frame:
        def __array__(self, dtype=None, copy=None):
            return np.ones((2, 3))

    found = arrays.of_value("m:f", Frame())
    assert found.named(found.names[0]).shape == (2, 3)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (3, "m:f: gives an object of type int where an array is needed"),
        ({"a": "text"}, "of type str"),
        (np.array([[1], "b"], dtype=object), "an array of Python objects"),
    ],
)
def test_what_is_no_array_is_one_line(value, says):
    with pytest.raises(UsageError) as caught:
        arrays.of_value("m:f", value)
    assert says in str(caught.value)


def test_rows_are_repeated_and_cut_in_order_and_said():
    found = arrays.of_value("m:f", {"a": np.arange(3)})
    notes = []
    assert found.fitted("a", np.arange(3), 5, notes).tolist() == [0, 1, 2, 0, 1]
    assert found.fitted("a", np.arange(3), 2, notes).tolist() == [0, 1]
    assert notes == ["m:f: 'a' has 3 rows, repeated to 5", "m:f: 'a' has 3 rows, the first 2 are used"]


@pytest.mark.parametrize(
    ("names", "are_given"),
    [(["arr_0"], False), (["arr_0", "arr_10"], False), (["arr_left"], True), (["arr_0", "arr_right"], True)],
)
def test_only_numbered_arrays_are_without_names(names, are_given):
    """arr_left was taken for an array that was given no name."""
    assert arrays.Arrays("x.npz", names, None).has_names is are_given
