import numpy as np
import pytest

from profiler.protocol.errors import KprofError
from profiler.statistics import Blocks, LatencyError


def test_calls_come_back_in_the_order_of_measuring_with_their_rounds():
    found = Blocks({2: [[5, 3], [], [4]]})
    assert found.calls(2).tolist() == [5, 3, 4]
    assert found.rounds(2).tolist() == [0, 0, 2]
    assert (len(found), found.call_count, found.seconds) == (1, 3, 12e-9)
    assert found.log_medians() == pytest.approx([np.log(4)])


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 0, -5, 0.5, 1e30])
def test_an_impossible_duration_is_refused_and_named_with_its_place(value):
    with pytest.raises(LatencyError, match=r"process 4, block 1, call 2: a duration of") as caught:
        Blocks({4: [[1, 2], np.array([3, 4, value])]})
    assert str(np.array([3, value])[1]) in str(caught.value)
    assert isinstance(caught.value, KprofError)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize("block", [["a"], [True], [[1, 2]], [1j], [None]])
def test_what_is_no_list_of_numbers_is_refused(block):
    with pytest.raises(LatencyError, match="process 0, block 0"):
        Blocks({0: [block]})


@pytest.mark.parametrize("empty", [[], [[]], [[], []]])
def test_a_process_without_a_call_is_refused(empty):
    with pytest.raises(LatencyError, match="process 3: holds no measured call"):
        Blocks({3: empty})
