"""Where the calls of a trace lie: frames of entry points, else steps, else the whole line."""

import gzip

import numpy as np
import pytest

from profiler.attribution.foreign import trace_windows
from profiler.readers import xplane
from profiler.tables import spec
from profiler.tables.trace import EVENTS, LINES
from tests import foreign_files as files


def _depths(starts, ends):
    """Return how many of the events each lies in, itself left out."""
    return ((starts <= starts[:, None]) & (ends[:, None] <= ends)).sum(1) - 1 if len(starts) else starts


def _parents(depths):
    """Return the row that each event lies directly in, -1 for none."""
    last, found = {}, []
    for row, depth in enumerate(depths):
        found.append(last[depth - 1] if depth else -1)
        last[depth] = row
    return found


# a function that Keras's predict runs
BEGIN = "$callback_list.py:200 on_predict_begin"


class Made:
    """A trace of one Python line: names, starts and ends in ps; events named step count steps."""

    def __init__(self, events, kind="python"):
        count = len(events)
        self.lines = spec.make(
            LINES, host=["h"], plane=["/host:CPU"], name=["main"], kind=[kind], nests=[True], timestamp_ns=[0]
        )
        starts = np.array([start for _, start, _ in events], np.int64)
        ends = np.array([end for _, _, end in events], np.int64)
        depth = _depths(starts, ends)
        self.events = spec.make(
            EVENTS,
            line=[0] * count,
            name=[name for name, _, _ in events],
            start_ps=starts,
            duration_ps=ends - starts,
            depth=depth,
            parent=_parents(depth),
            self_ps=[0] * count,
        )

    def stats(self, rows):
        names = self.events.coded("name").decode()
        return [{"step_num": 1} if names[row] == "step" else {} for row in rows]


def test_frames_of_keras_s_predict_are_the_calls_and_those_of_others_are_not():
    made = Made([("$trainer.py:521 predict", 0, 10), (BEGIN, 1, 2), ("$app.py:1 predict", 20, 30)])
    (found,) = trace_windows.find(made)
    assert (found.kind, found.name, found.line) == ("frames", "predict", 521)
    assert (found.marks.start.tolist(), found.marks.end.tolist()) == ([0], [10])


def test_a_program_s_own_predict_in_a_file_of_the_same_name_is_not_keras_s():
    """Events name a file by its base name: both were said to be calls of Keras."""
    own, keras = "$trainer.py:10 predict", "$trainer.py:521 predict"
    (found,) = trace_windows.find(Made([(own, 0, 20), (keras, 2, 12), (BEGIN, 3, 4)]))
    assert (found.line, found.calls, found.marks.start.tolist()) == (521, 1, [2])
    (found,) = trace_windows.find(Made([(own, 0, 20), (keras, 30, 40), (BEGIN, 31, 32)]))
    assert found.line == 521
    assert trace_windows.find(Made([(own, 0, 20), ("work", 3, 4)]))[0].kind == "whole line"


def test_thousands_of_functions_of_one_name_are_not_all_looked_at():
    events = [(f"$trainer.py:{line} predict", 10 * line, 10 * line + 5) for line in range(3000)]
    assert trace_windows.find(Made(events))[0].kind == "whole line"


def test_a_frame_within_another_of_its_name_is_no_call_of_its_own():
    made = Made([("$trainer.py:521 predict", 0, 10), ("$trainer.py:521 predict", 2, 5), (BEGIN, 6, 7)])
    (found,) = trace_windows.find(made)
    assert found.calls == 1


def test_a_call_that_is_cut_is_left_out_where_whole_ones_remain():
    made = Made([("$trainer.py:521 predict", 0, 10), ("$trainer.py:521 predict", 12, 15), (BEGIN, 13, 14)])
    (found,) = trace_windows.find(made, np.array([0]))
    assert (found.calls, found.events, found.marks.start.tolist()) == (1, 2, [12])
    assert found.seen_seconds == pytest.approx(13e-12)
    (found,) = trace_windows.find(made, np.array([0, 1]))
    assert found.calls == 2


def test_without_frames_the_profiler_s_own_steps_are_the_calls():
    made = Made([("step", 0, 10), ("work", 12, 15), ("step", 20, 40)])
    (found,) = trace_windows.find(made)
    assert (found.kind, found.name, found.calls) == ("steps", "step", 2)
    assert found.seconds == pytest.approx(30e-12)


def test_without_steps_the_whole_line_is_one_call():
    (found,) = trace_windows.find(Made([("a", 5, 10), ("b", 12, 15)], "executor"))
    assert (found.kind, found.name, found.marks.start.tolist(), found.marks.end.tolist()) == (
        "whole line",
        "main",
        [5],
        [15],
    )


def test_an_empty_trace_has_no_calls():
    assert trace_windows.find(Made([])) == ()


def test_the_steps_of_keras_s_callback_are_found(tmp_path):
    (packed,) = files.KERAS.glob("logs/train/plugins/profile/*/*.gz")
    path = tmp_path / "host.xplane.pb"
    path.write_bytes(gzip.decompress(packed.read_bytes()))
    (found,) = trace_windows.find(xplane.read(path))
    assert (found.name, found.calls) == (files.ANSWERS["logs"]["steps"], files.ANSWERS["logs"]["count"])
