import numpy as np
import pytest

from profiler.attribution.profile.circles import circular


@pytest.mark.parametrize(
    ("edges", "expected"),
    [
        ([], False),
        ([(0, 1), (1, 2), (0, 2)], False),
        ([(0, 1), (1, 0)], True),
        ([(7, 5), (5, 3), (3, 7), (1, 7)], True),
    ],
)
def test_functions_that_call_each_other_in_turn_are_a_circle(edges, expected):
    callers, callees = zip(*edges, strict=True) if edges else ((), ())
    assert circular(callers, callees) is expected


def test_a_long_chain_is_none_until_its_end_calls_its_start():
    chain = np.arange(50_000)
    assert not circular(chain[:-1], chain[1:])
    assert circular(chain, np.roll(chain, -1))
