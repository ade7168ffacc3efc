import pytest

from tests import foreign_files as files
from tests.results.foreign import told


def test_a_session_of_fit_says_that_its_calls_are_steps(tmp_path):
    file = told.file(files.logs(tmp_path))
    (calls,) = file.calls
    assert (calls.windows, calls.calls) == ("steps", files.ANSWERS["logs"]["count"])
    assert "no_predict" in [finding.kind for finding in file.findings]
    assert all(part.presence == "unknown" for part in calls.internals)


def test_a_trace_with_frames_has_phases_that_sum_to_one():
    (calls,) = told.file(files.TRACE).calls
    assert calls.entry_point == "predict" and sum(calls.phases.values()) == pytest.approx(1)
