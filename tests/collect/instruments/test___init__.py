"""Every instrument that is declared has a module that keeps the contract."""

import pytest

from profiler.collect import instruments
from profiler.collect.harness import Call
from profiler.collect.instruments import Attached, Recording
from profiler.protocol.instruments import INSTRUMENT_IDS
from tests.collect.fakes import subject


@pytest.mark.parametrize("name", INSTRUMENT_IDS)
def test_it_makes_the_calls_times_each_and_says_what_it_saw(name, tmp_path):
    made = []
    attached = instruments.attach(name, subject(Call(lambda: made.append(1), (), {}), tmp_path))
    assert isinstance(attached, Attached)
    attached.ready()
    timed = attached.take(3, re_warm_up=2)
    assert len(made) == 5
    assert len(timed.durations) == len(timed.begins) == 3
    assert all(duration >= 0 for duration in timed.durations)
    assert timed.begins == sorted(timed.begins)
    assert isinstance(attached.finish(), Recording)


def test_an_id_without_a_module_is_an_import_error(tmp_path):
    with pytest.raises(ModuleNotFoundError, match="none_such"):
        instruments.attach("none_such", subject(Call(int, (), {}), tmp_path))
