from profiler.collect.candidates import predict
from tests.collect.candidates.made_up import Model, X, subject


def test_predict_makes_its_own_batches_and_prints_nothing(tmp_path):
    model = Model()
    way = predict.prepare(subject(tmp_path, model))
    assert (way.entry(X) == 2 * X).all()
    assert model.got == [("predict", 3, {"batch_size": 32, "verbose": 0})]
