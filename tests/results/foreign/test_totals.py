import numpy as np
import pytest

from profiler.results.foreign.totals import MOST_TOTALS, totals
from profiler.runs.foreign import open_file
from tests import foreign_files as files


@pytest.mark.parametrize("path", [files.TRACE, files.OLD_TRACE])
def test_what_ran_is_named_by_its_own_time_the_most_first(path):
    trace = open_file(path).tables
    found = totals(trace)
    assert 0 < len(found) <= MOST_TOTALS
    own = [one.self_seconds for one in found]
    assert own == sorted(own, reverse=True)
    first = np.array([name == found[0].name for name in trace.events.coded("name").decode()])
    assert found[0].calls == first.sum()
    assert found[0].self_seconds == pytest.approx(trace.events.array("self_ps")[first].sum() / 1e12)


def test_python_frames_are_not_what_ran():
    assert not [one.name for one in totals(open_file(files.TRACE).tables) if one.name.startswith("$")]
