"""Every instrument that is declared has a module that keeps the contract."""

import pytest

from profiler.collect import instruments
from profiler.collect.harness import Call
from profiler.collect.instruments import Attached, Recording
from profiler.protocol.instruments import INSTRUMENT_IDS
from tests.collect.fakes import MadeUp


@pytest.mark.parametrize("name", INSTRUMENT_IDS)
def test_it_makes_the_calls_times_each_and_says_what_it_saw(name, tmp_path):
    made = []
    attached = instruments.attach(name, Call(lambda: made.append(1), (), {}), str(tmp_path), MadeUp())
    assert isinstance(attached, Attached)
    durations = attached.take(3)
    assert len(made) == len(durations) == 3
    assert all(duration >= 0 for duration in durations)
    assert isinstance(attached.finish(), Recording)


def test_an_id_without_a_module_is_an_import_error(tmp_path):
    with pytest.raises(ModuleNotFoundError, match="none_such"):
        instruments.attach("none_such", Call(int, (), {}), str(tmp_path), MadeUp())
