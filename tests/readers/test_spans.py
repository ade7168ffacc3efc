import numpy as np
import pytest

from profiler.protocol.errors import TraceFormatError
from profiler.readers import spans

GOOD = {
    "thread": [0, 0, 1],
    "function": [0, 1, 1],
    "start_ns": [10, 12, 11],
    "end_ns": [20, 14, 13],
    "parent": [-1, 0, -1],
    "begin_ns": [9],
}


def written(tmp_path, **changes):
    path = tmp_path / "spans.npz"
    columns = {**GOOD, **changes}
    np.savez(path, **{name: np.array(one, np.int64) for name, one in columns.items() if one is not None})
    return path


def test_spans_come_back_with_the_names_of_their_functions(tmp_path):
    found = spans.read(written(tmp_path), ["a.py::f", "a.py::g"])
    assert found.table.coded("function").decode() == ["a.py::f", "a.py::g", "a.py::g"]
    assert found.table.array("parent").tolist() == [-1, 0, -1]
    assert found.begins.tolist() == [9]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"function": [0, 1, 2]}, "not watched"),
        ({"function": [0, -1, 1]}, "not watched"),
        ({"end_ns": [20, 11, 13]}, "start_ns exceeds end_ns"),
        ({"end_ns": [13, 14, 13]}, "does not lie within its parent"),
        ({"thread": [0, 1, 1]}, "does not lie within its parent"),
        ({"parent": [-1, 2, -1]}, "does not lie within its parent"),
        ({"parent": [-1, -2, -1]}, "does not lie within its parent"),
        ({"start_ns": [13, 12, 11], "parent": [-1, -1, -1]}, "out of order"),
        ({"thread": [0, 0, -1]}, "cannot be negative"),
        ({"thread": [0, 0]}, "rows"),
        ({"begin_ns": None}, "holds no begin_ns"),
        ({"parent": None}, "holds no parent"),
    ],
)
def test_a_table_that_cannot_be_is_refused(changes, why, tmp_path):
    with pytest.raises(TraceFormatError, match=why):
        spans.read(written(tmp_path, **changes), ["a.py::f", "a.py::g"])
