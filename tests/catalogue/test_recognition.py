"""The release family of a profile, by the functions that it names."""

import pytest

from profiler.catalogue import catalogue, recognition
from tests import reference

FAMILIES = {
    "tf2.0.0-py3.7": "tensorflow-2.0",
    "tf2.1.0-py3.7": "tensorflow-2.0",
    "tf2.2.3-py3.8": "keras-2",
    "tf2.4.4-py3.8": "keras-2",
    "tf2.6.5-py3.9": "keras-2",
    "tf2.10.1-py3.10": "keras-2",
    "tf2.15.1-py3.11": "keras-2",
    "tf2.16.2-py3.11": "keras-3",
    "tf2.21.0-py3.11": "keras-3",
}


def functions(slug):
    """Return every function of a release as a profile names it."""
    return {(path, name.rpartition(".")[2]) for path, name in reference.names()[slug]}


@pytest.mark.parametrize("slug", FAMILIES)
def test_a_release_s_functions_fit_its_family_best(slug):
    known = functions(slug)
    by_path = recognition.by_path(catalogue.load(), known)
    assert by_path.family == FAMILIES[slug]
    assert by_path.runner_up_matched < by_path.matched <= by_path.named


@pytest.mark.parametrize("slug", FAMILIES)
def test_base_names_of_files_tell_the_family_too(slug):
    known = {(path.rpartition("/")[2], name) for path, name in functions(slug)}
    assert recognition.by_file_name(catalogue.load(), known).family == FAMILIES[slug]


def test_tf_keras_is_keras_2_under_another_name():
    known = {
        ("tf_" + path if path.startswith("keras/") else path, name)
        for path, name in functions("tf2.15.1-py3.11")
    }
    assert recognition.by_path(catalogue.load(), known).family == "keras-2"
    assert recognition.entry_points().holds("tf_keras/src/engine/training.py", "predict")


def test_a_file_that_names_none_has_no_family_and_the_reason():
    found = recognition.by_path(catalogue.load(), [("app.py", "main")])
    assert (found.family, found.matched) == (None, 0)
    assert found.reason == "the file names no function that the catalogue knows"


def test_functions_that_two_families_share_alike_leave_it_open():
    shared = [("tensorflow/python/framework/func_graph.py", "func_graph_from_py_func")]
    found = recognition.by_path(catalogue.load(), shared)
    assert found.family is None and found.reason.endswith("fit alike")


def test_another_backend_is_told_from_tensorflow_s():
    found = recognition.by_path(catalogue.load(), [("keras/src/backend/jax/trainer.py", "predict")])
    assert found.reason == "the catalogue does not know the jax backend"


@pytest.mark.parametrize(
    "path", ["sklearn/base.py", "app/keras/trainer.py", "keras/src/wrappers/sklearn_wrapper.py"]
)
def test_a_predict_is_keras_s_by_its_path(path):
    assert not recognition.entry_points().holds(path, "predict")


def test_every_predict_of_the_catalogue_is_an_entry_point():
    known = recognition.entry_points()
    for family in catalogue.load().families:
        for path, name in recognition.roles(family)["predict"]:
            assert known.holds(path, name), path


def test_keras_and_the_framework_are_known_by_path():
    assert recognition.is_keras("tensorflow/python/keras/engine/training.py")
    assert not recognition.is_keras("tensorflow/python/eager/context.py")
    assert recognition.is_framework("tensorflow/python/eager/context.py")
    assert not recognition.is_framework("keras_tuner/engine/tuner.py")
