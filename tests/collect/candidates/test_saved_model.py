from types import SimpleNamespace

import pytest

from profiler.collect.candidates import UnsuitableError, saved_model
from tests.collect.candidates.made_up import Model, X, subject


def test_what_was_exported_is_loaded_and_called(tmp_path, tensorflow):
    model = Model()
    assert (saved_model.prepare(subject(tmp_path, model)).entry(X) == 2 * X).all()
    assert model.got == [("export", {})]


def test_a_keras_that_cannot_export_says_so(tmp_path, tensorflow):
    with pytest.raises(UnsuitableError, match=r"no model\.export"):
        saved_model.prepare(subject(tmp_path, SimpleNamespace()))


def test_an_export_without_a_signature_says_so(tmp_path, tensorflow):
    tensorflow.saved_model.load = lambda path: SimpleNamespace()
    with pytest.raises(UnsuitableError, match="no function to call"):
        saved_model.prepare(subject(tmp_path))
