"""What a worker leaves of a candidate is refused where it cannot be."""

import pytest

from profiler.protocol.advising import CandidateFacts


@pytest.mark.parametrize(
    "wrong", [{"status": "fine"}, {"one_time_ns": -1}, {"start_ns": -1}, {"inputs_per_call": 0}]
)
def test_what_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError, match=r"status|negative|inputs_per_call"):
        CandidateFacts(**{"status": "ok", **wrong})
