import importlib

import pytest

from profiler.protocol.instruments import (
    COMPUTE,
    INSTRUMENT_IDS,
    INSTRUMENTS,
    PHASES,
    SHARES,
    SPEED,
    instrument,
)


@pytest.mark.parametrize("one", INSTRUMENTS, ids=lambda one: one.id)
def test_an_instrument_has_the_modules_that_its_descriptor_promises(one):
    assert importlib.import_module(f"profiler.collect.instruments.{one.id}")
    if SHARES in one.gives:
        assert importlib.import_module(f"profiler.attribution.instruments.{one.id}")
    assert set(one.gives) <= {SPEED, SHARES, PHASES, COMPUTE}
    assert one.slowdown >= 1 and one.budget_calls >= 1


def test_ids_are_unique_and_speed_comes_from_nothing_attached():
    assert len(set(INSTRUMENT_IDS)) == len(INSTRUMENTS)
    assert [one.id for one in INSTRUMENTS if SPEED in one.gives] == ["wall"]
    assert instrument("wall").slowdown == 1


def test_an_unknown_id_raises():
    with pytest.raises(KeyError):
        instrument("no such")
