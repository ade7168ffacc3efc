"""The diff of the user's line."""

import pytest

from profiler.advice.diff import Line, unified
from profiler.protocol.candidates import BASELINE, CANDIDATES, candidate


def added(name, line=None):
    text = unified(candidate(name), line or Line())
    return [one[1:] for one in text.splitlines() if one.startswith("+") and not one.startswith("+++")]


def test_it_is_a_unified_diff_of_the_usual_line():
    assert unified(candidate("predict_on_batch"), Line()) == (
        "--- your_code.py\n+++ your_code.py\n@@ -1 +1 @@\n"
        "-y = model.predict(x, verbose=0)\n+y = model.predict_on_batch(x)\n"
    )


def test_tensors_become_arrays():
    assert added("call") == ["y = model(x, training=False).numpy()"]
    several = added("call", Line(several_outputs=True))
    assert several == ["y = tf.nest.map_structure(lambda t: t.numpy(), model(x, training=False))"]


def test_what_comes_once_stands_above_with_its_imports():
    assert added("function_open") == [
        "# once, before the loop",
        "import tensorflow as tf",
        "step = tf.function(lambda x: model(x, training=False), "
        "input_signature=[tf.TensorSpec((None, *x.shape[1:]), x.dtype)])",
        "y = step(x).numpy()",
    ]


def test_rows_that_vary_are_padded_for_xla_alone():
    assert "y = step(padded(x)).numpy()[:len(x)]" in added("function_fixed_xla", Line(vary=True))
    assert "y = step(x).numpy()" in added("function_fixed_xla")
    assert "y = step(x).numpy()" in added("function_fixed", Line(vary=True))


def test_the_line_s_own_names_and_indent_are_kept():
    line = Line("self.net", "batch", "scores", indent="    ", file="serve.py")
    text = unified(candidate("predict_on_batch"), line)
    assert "--- serve.py" in text
    assert "-    scores = self.net.predict(batch, verbose=0)" in text
    assert "+    scores = self.net.predict_on_batch(batch)" in text


@pytest.mark.parametrize("line", [Line(), Line(several_inputs=True, several_outputs=True), Line(vary=True)])
@pytest.mark.parametrize("one", [one for one in CANDIDATES if one.id != BASELINE], ids=lambda one: one.id)
def test_what_is_added_is_python(one, line):
    compile("\n".join(added(one.id, line)), one.id, "exec")
