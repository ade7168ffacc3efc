"""The stamp of ``wall`` on programs of known shares, under a clock that is made up."""

import pytest

from tests.programs import captured
from tests.programs.captured import CALLS, EVERY_PROGRAM
from tests.programs.clocks import MadeUpClock

pytestmark = pytest.mark.long


@pytest.mark.parametrize("entry", ["predict", "wrapped"])
@EVERY_PROGRAM
def test_every_call_is_split_where_predict_s_frame_ends(program, entry, tmp_path, monkeypatch):
    taken = captured.made_up("wall", program, tmp_path, monkeypatch, MadeUpClock(), entry)
    assert taken.capture.durations_ns().tolist() == [program.units] * CALLS
    assert taken.capture.frames_ns().tolist() == [program.units - program.teardown] * CALLS
