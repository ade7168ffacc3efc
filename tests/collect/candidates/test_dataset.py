from profiler.collect.candidates import dataset
from tests.collect.candidates.made_up import Dataset, Model, X, subject


def test_the_dataset_is_made_once_for_an_input_and_tunes_nothing(tmp_path, tensorflow):
    model = Model()
    entry = dataset.prepare(subject(tmp_path, model)).entry
    Dataset.made = 0
    assert (entry(X) == 2 * X).all()
    entry(X)
    assert Dataset.made == 1
    assert model.got[0] == ("predict", 3, {"verbose": 0})


def test_another_input_makes_another_one(tmp_path, tensorflow):
    entry = dataset.prepare(subject(tmp_path)).entry
    entry(X)
    assert (entry(X + 1) == 2 * (X + 1)).all()
