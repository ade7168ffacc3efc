"""Where the input of the user's own model comes from."""

import pytest

from profiler.collect.batched import Batched
from profiler.collect.models.given_input import GivenInput
from profiler.protocol.errors import UsageError
from profiler.protocol.spec import WorkloadSpec
from tests.collect.fakes import MadeUp

MODULE = """
import numpy as np

def array():
    return np.arange(12.0).reshape(3, 4)

def batches():
    for size in (2, 2, 1):
        yield np.zeros((size, 4)), np.zeros(size)

def nothing():
    return iter(())
"""


@pytest.fixture
def function(tmp_path, monkeypatch):
    (tmp_path / "kprof_test_inputs.py").write_text(MODULE)
    monkeypatch.syspath_prepend(str(tmp_path))

    def given(name):
        return GivenInput(WorkloadSpec("mine", "m:f", input=f"kprof_test_inputs:{name}"), MadeUp())

    return given


def test_a_function_that_gives_an_array_is_as_good_as_a_file(function):
    given = function("array")
    assert given.batched() is None
    x, notes = given.rows(None, 2)
    assert x.tolist() == [[0, 1, 2, 3], [4, 5, 6, 7]]
    assert "the first 2 are used" in notes[0]
    assert given.sample().tolist() == [[0, 1, 2, 3]]


def test_a_generator_has_its_own_rows_and_batches(function):
    given = function("batches")
    batched = given.batched()
    assert isinstance(batched, Batched)
    assert (batched.rows, batched.batch_size, given.sample().shape) == (5, 2, (2, 4))
    x, (note,) = given.rows(None, 5)
    assert x is batched
    assert "one call takes its whole generator, 5 rows" in note


def test_other_rows_than_those_of_the_batches_are_refused(function):
    with pytest.raises(UsageError, match=r"gives 5 rows in a call, not 32; leave out rows= and batch_sizes="):
        function("batches").rows(None, 32)


def test_batches_of_another_size_than_theirs_are_refused(function):
    given = function("batches")
    given.require(2)
    with pytest.raises(UsageError, match="gives batches of 2 rows, not 32; leave out batch_sizes="):
        given.require(32)
    function("array").require(32)


def test_an_input_without_rows_is_refused(function):
    with pytest.raises(UsageError, match="gives a generator without a row"):
        function("nothing").batched()


def test_a_shape_builds_a_model_that_does_not_say_what_it_takes():
    given = GivenInput(WorkloadSpec("mine", "m:f", input_shape={"": [5]}), MadeUp())
    assert given.sample().shape == (1, 5)
    assert given.rows(None, 3)[0].shape == (3, 5)


def test_without_anything_there_is_no_sample_and_no_row():
    given = GivenInput(WorkloadSpec("mine", "m:f"), MadeUp())
    assert given.sample() is None
    with pytest.raises(UsageError, match="or input_shape="):
        given.rows(None, 3)
