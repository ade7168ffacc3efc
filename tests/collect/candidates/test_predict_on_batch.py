from profiler.collect.candidates import predict_on_batch
from tests.collect.candidates.made_up import Model, X, subject


def test_all_rows_are_one_step_and_arrays_are_left_as_they_are(tmp_path):
    model = Model()
    way = predict_on_batch.prepare(subject(tmp_path, model))
    assert model.got == [("predict_on_batch", 3)]
    assert way.entry == model.predict_on_batch
    assert (way.entry(X[:1]) == 2 * X[:1]).all()
