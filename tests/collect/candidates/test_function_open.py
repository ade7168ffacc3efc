from profiler.collect.candidates import function_open
from tests.collect.candidates.made_up import X, subject


def test_the_signature_leaves_the_rows_open(tmp_path, tensorflow):
    assert (function_open.prepare(subject(tmp_path)).entry(X) == 2 * X).all()
    assert tensorflow.functions == [{"input_signature": [("spec", (None, 2), "float32")]}]
