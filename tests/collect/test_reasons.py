from profiler.collect import reasons
from profiler.protocol.errors import UsageError


def test_the_cause_at_the_end_of_a_long_error_is_kept():
    """TensorFlow puts a traceback before the cause; the first 400 characters held nothing else."""
    frames = "\n".join(f'  File "/site-packages/keras/src/layers/layer{n}.py", line {n}' for n in range(40))
    error = ValueError(f"Graph execution error:\n{frames}\nindices[0,0] = 500 is not in [0, 100)")
    said = reasons.named(error)
    assert said.startswith("ValueError: Graph execution error: File")
    assert said.endswith("indices[0,0] = 500 is not in [0, 100)")
    assert len(said) == len("ValueError: ") + 400
    assert "\n" not in said


def test_a_short_error_is_whole_and_one_of_ours_needs_no_class():
    assert reasons.named(KeyError("x")) == "KeyError: 'x'"
    assert reasons.named(UsageError("give --input")) == "give --input"
