from profiler.collect.candidates import call
from tests.collect.candidates.made_up import Model, X, subject


def test_the_model_is_called_for_inference_and_gives_arrays(tmp_path):
    model = Model()
    found = call.prepare(subject(tmp_path, model)).entry(X)
    assert (found == 2 * X).all()
    assert model.got == [("call", 3, False)] * 2
