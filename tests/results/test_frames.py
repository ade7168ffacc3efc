"""The ratio of frames, and the two modes of what follows them."""

import numpy as np
import pytest

from profiler.protocol import files
from profiler.results import build, frames
from profiler.runs import record
from tests.report.made_run import COMPILED, SLUG, write

UNCOMPILED = COMPILED.differing(compile_state="uncompiled")
FRAMES_MS = {UNCOMPILED: [100.0, 101.0, 99.5, 100.5], COMPILED: [100.2, 100.9, 99.9, 100.4]}
# each process has calls of either mode, in numbers that differ
WAITING_MS = (2.0, 2.1, 90.0, 2.2, 91.0, 2.0, 2.1, 90.5, 2.0, 91.5, 92.0)


def split_run(path, teardowns_ms=WAITING_MS):
    return record.read(write(path, FRAMES_MS, teardowns_ms=teardowns_ms))


def test_frames_are_the_same_where_waiting_calls_hide_it(tmp_path):
    (compared,) = build.build(split_run(tmp_path / "run").path).comparisons
    assert compared.frame.verdict == "same"
    low, high = compared.frame.interval
    assert low < 1 < high and high / low < 1.02
    assert compared.verdict == "cannot tell"
    assert np.log(compared.interval[1] / compared.interval[0]) > 4 * np.log(high / low)


def test_a_run_whose_calls_are_not_split_has_no_ratio_of_frames(tmp_path):
    report = build.build(write(tmp_path / "run", FRAMES_MS))
    assert [one.frame for one in report.comparisons] == [None]
    assert [one.split for one in report.variants] == [None, None]


def test_both_modes_are_found_with_their_calls(tmp_path):
    run = split_run(tmp_path / "run")
    found = frames.split(run.of(SLUG, COMPILED))
    assert found.frame_ms == pytest.approx(100.3, abs=0.5)
    short, long = found.modes
    assert short.calls + long.calls == 24
    assert (short.teardown_ms, long.teardown_ms) == (pytest.approx(2.05, abs=0.1), pytest.approx(91, abs=1))


@pytest.mark.parametrize(
    "teardowns_ms",
    [
        (2.0, 2.1, 2.2, 1.9),  # one mode
        (2.0, 8.0, 2.0, 8.0),  # too little beside the frame of 100 ms
        (2.0, 30.0, 60.0, 90.0),  # spread, not two modes
    ],
)
def test_a_teardown_that_varies_has_no_two_modes(teardowns_ms, tmp_path):
    run = split_run(tmp_path / "run", teardowns_ms)
    assert frames.split(run.of(SLUG, COMPILED)).modes == ()


def test_a_process_with_an_unknown_frame_is_left_out(tmp_path):
    run = split_run(tmp_path / "run")
    values = run.captures[0].frames_ns()
    values[2] = -1
    unknown = write(tmp_path / "other", FRAMES_MS, teardowns_ms=WAITING_MS)
    _replace_frames(unknown, values)
    found = record.read(unknown)
    assert sorted(frames.blocks(run, SLUG, UNCOMPILED).processes) == [0, 1, 2, 3]
    assert sorted(frames.blocks(found, SLUG, UNCOMPILED).processes) == [1, 2, 3]


@pytest.mark.parametrize("wrong", [[1] * 5, [0] * 6, [-2] * 6, [10**12] * 6])
def test_frames_that_cannot_be_make_the_capture_fail_and_no_number(wrong, tmp_path):
    path = write(tmp_path / "run", FRAMES_MS, teardowns_ms=WAITING_MS)
    _replace_frames(path, np.array(wrong, np.int64))
    found = record.read(path).captures[0]
    assert found.status == "failed"
    assert files.FRAMES_FILE in found.reason


def _replace_frames(path, values):
    """Give the first capture of a run other frames, its manifest their hash."""
    folder = record.read(path).captures[0].folder
    np.save(folder / files.FRAMES_FILE, values)
    manifest = folder / files.CAPTURE_FILE
    told = files.read_json(str(manifest), "kprof.capture/1")
    told["files"][files.FRAMES_FILE] = files.sha256(str(folder / files.FRAMES_FILE))
    files.write_json(str(manifest), told)
