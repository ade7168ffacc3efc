"""The profile of callers made from stacks: sums by function and edge, recursion once."""

import pytest

from profiler.attribution import caller_profile, stacks
from profiler.readers.code_places import CodePlaces
from tests.attribution.trace import made_trace
from tests.attribution.trace.made_trace import MARK

NOWHERE = CodePlaces({}, {})
PS = 1e-12


def profile_of(*events):
    return caller_profile.make(stacks.merge(made_trace.of(*events), MARK), NOWHERE)


def functions(profile):
    table = profile.functions
    return {
        name: tuple(round(float(table.array(column)[row]) / unit) for column, unit in COLUMNS)
        for row, name in enumerate(table.coded("name").decode())
    }


def edges(profile):
    names, table = profile.functions.coded("name").decode(), profile.edges
    return {
        (names[table.array("caller")[row]], names[table.array("callee")[row]]): tuple(
            round(float(table.array(column)[row]) / unit) for column, unit in COLUMNS
        )
        for row in range(len(table))
    }


COLUMNS = (("calls", 1), ("primitive_calls", 1), ("self_s", PS), ("cumulative_s", PS))


def test_a_function_called_from_two_places_is_one_row_with_two_edges():
    profile = profile_of((MARK, 0, 100), ("f", 10, 40), ("h", 20, 30), ("g", 50, 90), ("h", 60, 80))
    assert functions(profile)["h"] == (2, 2, 30, 30)
    assert edges(profile)["f", "h"] == (1, 1, 10, 10)
    assert edges(profile)["g", "h"] == (1, 1, 20, 20)
    assert functions(profile)[MARK] == (1, 1, 30, 100)


def test_recursion_counts_once_in_cumulative_time():
    profile = profile_of((MARK, 0, 100), ("f", 10, 90), ("f", 20, 80), ("f", 30, 70))
    assert functions(profile)["f"] == (3, 1, 80, 80)
    assert edges(profile)["f", "f"] == (2, 1, 60, 60)
    assert edges(profile)[MARK, "f"] == (1, 1, 20, 80)


def test_mutual_recursion_counts_each_function_once():
    profile = profile_of((MARK, 0, 100), ("f", 10, 90), ("g", 20, 80), ("f", 30, 70), ("g", 40, 60))
    assert functions(profile)["f"] == (2, 1, 40, 80)
    assert functions(profile)["g"] == (2, 1, 40, 60)
    assert edges(profile)["f", "g"] == (2, 1, 40, 60)


def test_self_times_add_up_to_the_window():
    profile = profile_of((MARK, 0, 100), ("f", 10, 40), ("g", 15, 35), ("f", 20, 30), (MARK, 150, 170))
    assert profile.functions.array("self_s").sum() == pytest.approx(120 * PS)
