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


def raised(code, folder):
    """Return what a line of a user's own file raises."""
    path = folder / "own.py"
    path.write_text(f"def call():\n    {code}\n")
    names = {}
    exec(compile(path.read_text(), str(path), "exec"), names)
    try:
        names["call"]()
    except reasons.ANYTHING as error:
        return path, error
    raise AssertionError("nothing was raised")


def test_an_error_in_the_user_s_code_names_its_place(tmp_path):
    """What predict raised was told without the line that raised it."""
    path, error = raised("{}['x']", tmp_path)
    assert reasons.placed(error) == f"KeyError: 'x' ({path}:2 in call)"


def test_a_model_that_ends_the_process_is_told_so(tmp_path):
    """sys.exit() in predict left no capture and no reason."""
    path, error = raised("raise SystemExit(3)", tmp_path)
    assert reasons.placed(error) == f"the model ended the process (sys.exit(3)) ({path}:2 in call)"


def test_a_short_error_is_whole_and_one_of_ours_needs_no_class():
    assert reasons.named(KeyError("x")) == "KeyError: 'x'"
    assert reasons.named(UsageError("give --input")) == "give --input"
