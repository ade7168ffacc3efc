import pytest

from profiler.tables import spec
from profiler.tables.profile import EDGES, FUNCTIONS

CALLS = {"primitive_calls": [1], "calls": [2], "self_s": [0.1], "cumulative_s": [0.2]}


@pytest.mark.parametrize(
    ("table", "place"),
    [(FUNCTIONS, {"path": ["a.py"], "line": [1], "name": ["f"]}), (EDGES, {"caller": [0], "callee": [0]})],
)
def test_of_all_calls_no_more_are_primitive(table, place):
    assert len(spec.make(table, **place, **CALLS)) == 1
    with pytest.raises(ValueError, match="primitive_calls exceeds calls in row 0"):
        spec.make(table, **place, **{**CALLS, "primitive_calls": [3]})


@pytest.mark.parametrize("side", ["caller", "callee"])
def test_an_edge_joins_two_rows_of_functions(side):
    with pytest.raises(ValueError, match=f"{side} -1 names no row of functions"):
        spec.make(EDGES, **{"caller": [0], "callee": [0], side: [-1]}, **CALLS)
