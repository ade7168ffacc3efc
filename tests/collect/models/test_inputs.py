"""Input for the user's own model, with models that are made up: what is matched, drawn, refused and said."""

from types import SimpleNamespace

import numpy as np
import pytest

from profiler.collect.models import arrays
from profiler.collect.models import inputs as given_inputs
from profiler.protocol.errors import UsageError
from tests.collect.fakes import MadeUp

FRAMEWORK = MadeUp()


def tensor(name, *shape, dtype="float32"):
    return SimpleNamespace(name=name, shape=(None, *shape), dtype=dtype)


def read(path, inputs, rows=2):
    structure = given_inputs.specs(SimpleNamespace(input=inputs), FRAMEWORK)
    return given_inputs.taken(arrays.of_file(str(path)), structure, rows, FRAMEWORK)


def drawn(inputs):
    structure = given_inputs.specs(SimpleNamespace(input=inputs), FRAMEWORK)
    return given_inputs.draw(structure, 2, np)


@pytest.mark.parametrize("names", [("zeta", "alpha"), ("first", "second")])
def test_a_dictionary_of_inputs_is_matched_by_its_keys_or_by_the_tensors_names(tmp_path, names):
    """Only the tensors' names used to do, which the user of the model never sees."""
    np.savez(tmp_path / "x.npz", **{names[0]: np.zeros((2, 4), "f"), names[1]: np.ones((2, 3), "f")})
    x, _ = read(tmp_path / "x.npz", {"zeta": tensor("first", 4), "alpha": tensor("second", 3)})
    assert {key: value.shape for key, value in x.items()} == {"zeta": (2, 4), "alpha": (2, 3)}


def test_a_file_that_fits_no_dictionary_is_told_its_keys(tmp_path):
    np.savez(tmp_path / "x.npz", other=np.zeros((2, 4)))
    with pytest.raises(UsageError, match="the model takes alpha, zeta"):
        read(tmp_path / "x.npz", {"zeta": tensor("first", 4), "alpha": tensor("second", 3)})


def test_texts_cannot_be_drawn_and_ask_for_a_file():
    """NumPy has no dtype ``string``: its own error was all that was said."""
    with pytest.raises(UsageError, match="which cannot be drawn; give input="):
        drawn(tensor("words", 1, dtype="string"))


@pytest.mark.parametrize("words", [np.array([["a"], ["bc"]]), np.array([[b"a"], [b"bc"]])], ids=["U", "S"])
def test_texts_of_a_file_become_a_tensor(tmp_path, words):
    np.save(tmp_path / "x.npy", words)
    (kind, texts), _ = read(tmp_path / "x.npy", tensor("words", 1, dtype="string"))
    assert (kind, texts) == ("text", words.tolist())


def test_numbers_for_texts_are_refused(tmp_path):
    np.save(tmp_path / "x.npy", np.ones((2, 1)))
    with pytest.raises(UsageError, match="the model takes texts"):
        read(tmp_path / "x.npy", tensor("words", 1, dtype="string"))


def refused(path, inputs):
    with pytest.raises(UsageError) as caught:
        read(path, inputs)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_an_archive_that_was_cut_is_named_with_a_remedy(tmp_path):
    np.savez(tmp_path / "x.npz", a=np.ones((2, 4)))
    (tmp_path / "x.npz").write_bytes((tmp_path / "x.npz").read_bytes()[:-40])
    said = refused(tmp_path / "x.npz", tensor("a", 4))
    assert str(tmp_path / "x.npz") in said
    assert "numpy.savez" in said


@pytest.mark.parametrize("inputs", ["said", None])
def test_a_member_that_was_altered_is_named_with_its_file(tmp_path, inputs):
    """The checksum fails only when the array is taken."""
    path = tmp_path / "x.npz"
    np.savez(path, a=np.full((2, 4), 7.0))
    path.write_bytes(path.read_bytes().replace(np.float64(7).tobytes(), np.float64(8).tobytes(), 1))
    with pytest.raises(UsageError, match=r"x\.npz: 'a' cannot be read .*CRC.*; write the file again"):
        if inputs:
            read(path, tensor("a", 4))
        else:
            given_inputs.taken_as_stored(arrays.of_file(str(path)), 2, FRAMEWORK)


def test_a_member_of_python_objects_is_named_with_its_file(tmp_path):
    np.savez(tmp_path / "x.npz", a=np.array([[1], "b"], dtype=object))
    assert "x.npz: 'a' holds Python objects" in refused(tmp_path / "x.npz", tensor("a", 1))


@pytest.mark.parametrize("named", [True, False])
def test_values_that_are_not_finite_are_measured_and_said(tmp_path, named):
    """Only NaN was said; an infinite value gives NaN one layer later."""
    np.save(tmp_path / "x.npy", np.array([[np.nan, 1, 2, -np.inf]] * 2))
    if named:
        _, notes = read(tmp_path / "x.npy", tensor("a", 4))
    else:
        _, notes = given_inputs.taken_as_stored(arrays.of_file(str(tmp_path / "x.npy")), 2, FRAMEWORK)
    assert any("holds NaN" in note for note in notes)
    assert any("holds infinite values" in note for note in notes)


def test_arrays_without_names_are_not_taken_for_a_dictionary_of_inputs(tmp_path):
    """They were taken in the order of its sorted keys: two of one shape were swapped, and nothing said so."""
    np.savez(tmp_path / "x.npz", np.zeros((2, 4), "f"), np.ones((2, 4), "f"))
    said = refused(tmp_path / "x.npz", {"zeta": tensor("zeta", 4), "alpha": tensor("alpha", 4)})
    assert "the model takes them by name (alpha, zeta)" in said


def test_a_list_of_inputs_takes_arrays_without_names_in_its_own_order(tmp_path):
    np.savez(tmp_path / "x.npz", np.zeros((2, 4), "f"), np.ones((2, 4), "f"))
    (zeta, alpha), _ = read(tmp_path / "x.npz", [tensor("zeta", 4), tensor("alpha", 4)])
    assert (zeta.max(), alpha.min()) == (0, 1)


def test_arrays_that_the_model_does_not_take_are_named(tmp_path):
    np.savez(tmp_path / "x.npz", a=np.zeros((2, 4), "f"), label=np.ones(2))
    x, notes = read(tmp_path / "x.npz", tensor("a", 4))
    assert x.shape == (2, 4)
    (note,) = notes
    assert "'label' is no input of the model (a) and is not used" in note


def test_rows_of_another_precision_are_given_as_they_are_and_said(tmp_path):
    """They were cast before predict, which casts them itself: that is part of what it takes."""
    np.save(tmp_path / "x.npy", np.ones((2, 4), "float64"))
    x, notes = read(tmp_path / "x.npy", tensor("a", 4))
    assert x.dtype == np.float64
    assert any("'a' is float64, given to the model as it is; the model takes float32" in one for one in notes)


def shaped(inputs, **shapes):
    structure = given_inputs.specs(SimpleNamespace(input=inputs), FRAMEWORK)
    named = {name.replace("only", ""): shape for name, shape in shapes.items()}
    return given_inputs.with_shapes(structure, named, FRAMEWORK)


def test_a_shape_fills_what_the_model_leaves_open():
    spec = shaped(tensor("a", None, 41), only=[50, 41])
    assert spec.shape == (50, 41)
    x, _ = given_inputs.draw(spec, 2, np)
    assert x.shape == (2, 50, 41)


def test_a_shape_is_given_to_the_input_of_its_name_alone():
    a, b = shaped([tensor("a", None), tensor("b", 3)], a=[7])
    assert (a.shape, b.shape) == ((7,), (3,))


@pytest.mark.parametrize(
    ("inputs", "shapes", "says"),
    [
        (
            tensor("a", None, 41),
            {"only": [50, 40]},
            "input_shape=50,40: input 'a' takes rows of the shape (None, 41)",
        ),
        (tensor("a", None), {"only": [50, 41]}, "input 'a' takes rows of the shape (None,)"),
        ([tensor("a", None), tensor("b", 3)], {"only": [7]}, "the model takes a, b; name the input: a=50,41"),
        (tensor("a", None), {"b": [7]}, "'b' is no input of the model (a)"),
    ],
)
def test_a_shape_that_does_not_fit_is_one_line(inputs, shapes, says):
    with pytest.raises(UsageError) as caught:
        shaped(inputs, **shapes)
    assert says in str(caught.value)


def test_a_model_that_does_not_say_what_it_takes_takes_floats_of_the_shape():
    spec = given_inputs.with_shapes(None, {"": [5]}, FRAMEWORK)
    assert given_inputs.draw(spec, 2, np)[0].shape == (2, 5)
    named = given_inputs.with_shapes(None, {"a": [5], "b": [2, 2]}, FRAMEWORK)
    x, _ = given_inputs.draw(named, 2, np)
    assert {name: array.shape for name, array in x.items()} == {"a": (2, 5), "b": (2, 2, 2)}
