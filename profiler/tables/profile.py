"""The tables of a profile of callers, as cProfile makes one.

`FUNCTIONS`, one row a function:
    path: source file, the site-packages prefix stripped.
    line: first line of the function; 0 for C functions.
    name: the function's name.
    primitive_calls, calls, self_s (s), cumulative_s (s): of the function.

`EDGES`, one row a pair of caller and callee:
    caller: row of the caller in functions.
    callee: row of the callee in functions.
    primitive_calls, calls, self_s (s), cumulative_s (s): of the callee when this caller called it.
"""

from __future__ import annotations

from .spec import Column, TableSpec, non_negative, rows_of, within

_CALLS = (
    Column("primitive_calls", "int64", "", "calls that were not recursive"),
    Column("calls", "int64", "", "all calls"),
    Column("self_s", "float64", "s", "time in the function itself"),
    Column("cumulative_s", "float64", "s", "time in the function and all that it called; recursion once"),
)

FUNCTIONS = TableSpec(
    "functions",
    (
        Column("path", "string", "", "source file, the site-packages prefix stripped"),
        Column("line", "int64", "", "first line of the function; 0 for C functions"),
        Column("name", "string", "", "the function's name"),
        *_CALLS,
    ),
    (
        non_negative("line", "primitive_calls", "calls", "self_s", "cumulative_s"),
        within("calls", "primitive_calls"),
    ),
)

EDGES = TableSpec(
    "edges",
    (
        Column("caller", "int64", "", "row of the caller in functions"),
        Column("callee", "int64", "", "row of the callee in functions"),
        *_CALLS,
    ),
    (
        rows_of("functions", "caller", "callee"),
        non_negative("primitive_calls", "calls", "self_s", "cumulative_s"),
        within("calls", "primitive_calls"),
    ),
)
