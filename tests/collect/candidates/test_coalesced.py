import pytest

from profiler.collect.candidates import UnsuitableError, coalesced
from tests.collect.candidates.made_up import Model, X, subject


def test_inputs_are_one_step_and_each_gets_its_own_rows_back(tmp_path):
    model = Model()
    way = coalesced.prepare(subject(tmp_path, model, calls_per_batch=2))
    first, second = way.entry([X, X[:1] + 1])
    assert (first == 2 * X).all()
    assert (second == 2 * (X[:1] + 1)).all()
    assert model.got[-1] == ("predict_on_batch", 4)
    assert way.inputs_per_call == 2


def test_it_has_to_be_told_how_many_are_at_hand(tmp_path):
    with pytest.raises(UnsuitableError, match="nobody said"):
        coalesced.prepare(subject(tmp_path))
