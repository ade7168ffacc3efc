import pytest

from profiler.tables import spec
from profiler.tables.spans import SPANS


def made(**changes):
    columns = {
        "thread": [0, 0],
        "function": ["a", "b"],
        "start_ns": [1, 2],
        "end_ns": [9, 5],
        "parent": [-1, 0],
    }
    return spec.make(SPANS, **{**columns, **changes})


def test_nested_spans_are_a_table():
    assert len(made()) == 2


@pytest.mark.parametrize(
    "changes", [{"end_ns": [4, 5]}, {"parent": [-1, 1]}, {"start_ns": [3, 2]}, {"end_ns": [0, 5]}]
)
def test_what_does_not_nest_is_none(changes):
    with pytest.raises(ValueError, match="spans"):
        made(**changes)
