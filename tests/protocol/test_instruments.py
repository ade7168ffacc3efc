import importlib

import pytest

from profiler.protocol import instruments


def test_every_instrument_is_found_by_its_own_id():
    assert len(set(instruments.INSTRUMENT_IDS)) == len(instruments.INSTRUMENTS)
    for one in instruments.INSTRUMENTS:
        assert instruments.instrument(one.id) is one


def test_an_unknown_one_is_a_key_error():
    with pytest.raises(KeyError, match="no_such"):
        instruments.instrument("no_such")


def test_speed_is_measured_with_nothing_attached():
    (speed,) = [one for one in instruments.INSTRUMENTS if instruments.SPEED in one.gives]
    assert (speed.attaches, speed.slowdown, speed.most_calls) == (
        "nothing but a stamp as predict's frame ends",
        1.0,
        None,
    )


@pytest.mark.parametrize("one", instruments.INSTRUMENTS, ids=instruments.INSTRUMENT_IDS)
def test_a_budget_gives_no_more_calls_than_there_may_be(one):
    assert one.gives
    assert one.slowdown >= 1
    assert one.most_calls is None or 1 <= one.budget_calls <= one.most_calls


@pytest.mark.parametrize("one", instruments.INSTRUMENTS, ids=instruments.INSTRUMENT_IDS)
def test_an_instrument_has_the_modules_that_its_descriptor_promises(one):
    assert importlib.import_module(f"profiler.collect.instruments.{one.id}")
    if instruments.SHARES in one.gives:
        assert importlib.import_module(f"profiler.attribution.instruments.{one.id}")
