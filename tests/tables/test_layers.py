import numpy as np
import pytest

from profiler.tables import spec
from profiler.tables.layers import LAYERS

NAN = float("nan")


def rows(**changes):
    """Return the columns of two layers and of what belongs to none."""
    columns = {
        "layer": ["a", "b", ""],
        "use": [1, 1, 0],
        "uses": [1, 1, 0],
        "class_name": ["Dense", "", ""],
        "parameters": [1, NAN, NAN],
        "scope": ["m/a", "m/b", ""],
        "compute_ps": [6.0, 3.0, 1.0],
        "share_of_compute": [0.6, 0.3, 0.1],
        "share_of_calls": [0.06, 0.03, 0.01],
        "entries_per_call": [1, 1, NAN],
        "kernels_per_call": [2, 3, 4],
        "certainty": ["known", "guessed", "known"],
    }
    return spec.make(LAYERS, **{**columns, **changes})


def test_layers_that_add_up_are_a_table():
    assert len(rows()) == 3


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"share_of_compute": [0.6, 0.3, 0.1 + 1e-8]}, "adds up to 1 but for"),
        ({"share_of_compute": [NAN] * 3}, "adds up to 1 but for"),
        ({"compute_ps": [0.0] * 3}, "no kernel ran"),
        ({"share_of_calls": [1.1, 0, 0]}, "no fraction of 1"),
        ({"certainty": ["known", "sure", "known"]}, "'sure' is none of known"),
        ({"use": [1, 0, 0]}, "the last row, and no other"),
        ({"use": [1, 1, 1], "uses": [1, 1, 1]}, "the last row, and no other"),
        ({"use": [2, 1, 0]}, "use exceeds uses in row 0"),
        ({"compute_ps": [-1.0, 3, 1]}, "cannot be negative"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(changes, match):
    with pytest.raises(ValueError, match=match):
        rows(**changes)


def test_calls_without_a_kernel_have_no_share_of_compute():
    made = rows(compute_ps=[0.0] * 3, share_of_compute=[NAN] * 3, share_of_calls=[0.0] * 3)
    assert np.isnan(made.array("share_of_compute")).all()
