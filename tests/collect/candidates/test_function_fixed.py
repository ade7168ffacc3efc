from profiler.collect.candidates import function_fixed
from tests.collect.candidates.made_up import Model, X, subject


def test_it_is_the_framework_s_function_without_a_signature(tmp_path):
    made = subject(tmp_path, Model())
    assert (function_fixed.prepare(made).entry(X) == 2 * X).all()
    assert made.model.got[-1] == ("call", 3, False)
