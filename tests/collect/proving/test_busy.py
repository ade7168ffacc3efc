"""Waits of known length in one function's frame."""

import itertools

import pytest

from profiler.collect.harness import Call
from profiler.collect.probes.watches import Watched
from profiler.collect.proving import busy, callees
from profiler.collect.proving.busy import Waits
from tests.collect.proving.slow_module import CATALOGUE, PATH, import_slow


@pytest.fixture
def module(tmp_path, monkeypatch):
    return import_slow(tmp_path, monkeypatch)


def place(module, internal):
    return callees.places(Call(lambda: module.outer(1), (), {}), CATALOGUE)[internal]


def ticking(step):
    return Waits(itertools.count(0, step).__next__)


def test_a_wait_lasts_at_least_as_long_as_asked_and_its_own_length_is_kept():
    waits = ticking(40)
    waits.wait(100)
    assert (waits.begins, waits.ends, waits.total_ns) == ([0], [120], 120)


def test_the_first_waits_can_be_forgotten():
    waits = ticking(40)
    waits.wait(100)
    waits.wait(10)
    waits.forget(1)
    assert (waits.begins, waits.total_ns) == ([160], 40)


def test_only_the_slowed_function_waits(module):
    waits = ticking(10)
    with busy.slowed(place(module, "execute"), 1, waits):
        assert module.proved_helpers.add(2, 3) == 5
        assert waits.begins == []
        assert module.outer(1) == 4
    assert len(waits.begins) == 2


def test_everything_is_as_it_was_afterwards(module):
    before = vars(module.Adapter)["check"]
    with pytest.raises(ZeroDivisionError), busy.slowed(place(module, "data_adapter"), 1, ticking(10)):
        assert vars(module.Adapter)["check"] is not before
        raise ZeroDivisionError
    assert vars(module.Adapter)["check"] is before


def test_what_someone_else_exchanged_meanwhile_stays(module):
    def other(x):
        return x

    with busy.slowed(place(module, "predict"), 1, ticking(10)):
        module.prepare = other
    assert module.prepare is other


def test_a_function_waits_while_probes_watch_it_too(module):
    """Probes exchange its code: the caller is known by its file, first line and name."""
    watched = Watched([f"{PATH}::inner"])
    watched.prepare()
    waits = ticking(10)
    with busy.slowed(place(module, "execute"), 1, waits), watched.watched() as tape:
        module.outer(1)
        taken = tape.take()
    watched.close()
    assert (len(waits.begins), len(taken)) == (2, 4)
