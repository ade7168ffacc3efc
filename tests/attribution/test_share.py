from profiler.attribution.share import Attributed, Share


def test_a_share_that_is_not_known_has_its_reason_and_no_number():
    found = Share.none("not called")
    assert (found.share, found.calls_per_call, found.interval, found.entries_per_call) == (None,) * 4
    assert found.reason == "not called"


def test_an_instrument_without_stacks_has_no_phases_and_no_compute():
    found = Attributed({})
    assert (found.phases, found.compute) == ({}, None)
