import pstats
import sys

import pytest

from profiler.collect import selftest
from profiler.collect.harness import Call
from profiler.collect.instruments import cprofile
from profiler.protocol.soundness import MARGIN_NS_PER_CALL
from tests.collect.fakes import subject

needs_sound_cprofile = pytest.mark.skipif(
    not selftest.is_sound(), reason="this interpreter's cProfile loses frames"
)


def profiled(folder, call, count):
    """Return the ``.prof`` of some calls, each one's duration, and what the instrument says."""
    attached = cprofile.attach(subject(call, folder))
    durations = attached.take(count, 0).durations
    return folder / "profile.prof", durations, attached.finish()


def soundly_profiled(folder, call, count):
    """Return what ``profiled`` does, of the first of five recordings that no stall of the machine spoilt."""
    for _ in range(5):
        path, durations, recording = profiled(folder, call, count)
        if recording.unsound is None:
            return path, durations, recording
    raise AssertionError(recording.unsound)


def leaf(n):
    return sum(range(n))


def middle(n):
    return leaf(n) + leaf(n)


def entry(n):
    return middle(n)


def recursive(n):
    return 0 if n == 0 else recursive(n - 1) + len(str(n))


@needs_sound_cprofile
def test_the_profile_holds_exactly_the_measured_calls(tmp_path):
    path, durations, recording = soundly_profiled(tmp_path, Call(entry, (2000,), {}), 7)
    assert len(durations) == 7
    assert recording.wrapper[2] == "entry"
    rows = {key[2]: row for key, row in pstats.Stats(str(path)).stats.items()}
    assert (rows["entry"][1], rows["middle"][1], rows["leaf"][1]) == (7, 7, 14)


@needs_sound_cprofile
def test_self_times_add_up_to_the_window_within_the_margin(tmp_path):
    path, durations, _ = soundly_profiled(tmp_path, Call(entry, (20000,), {}), 20)
    total_ns = sum(row[2] for row in pstats.Stats(str(path)).stats.values()) * 1e9
    assert total_ns == pytest.approx(sum(durations), rel=0.05, abs=20 * MARGIN_NS_PER_CALL)


@needs_sound_cprofile
def test_recursion_is_counted_once_in_cumulative_times(tmp_path):
    path, _, _ = profiled(tmp_path, Call(recursive, (50,), {}), 3)
    row = next(row for key, row in pstats.Stats(str(path)).stats.items() if key[2] == "recursive")
    assert (row[0], row[1]) == (3, 3 * 51)


@needs_sound_cprofile
def test_two_functions_with_one_label_keep_the_time_and_calls_of_both(tmp_path):
    """cProfile's own writer lets the second overwrite the first: self times then fall short of the window."""
    source = "def same(n):\n    return sum(range(n))\n"
    twins = []
    for _ in range(2):
        namespace = {}
        exec(compile(source, "<generated>", "exec"), namespace)
        twins.append(namespace["same"])

    def both(n):
        return twins[0](n) + twins[1](n)

    path, _, recording = soundly_profiled(tmp_path, Call(both, (1000,), {}), 4)
    stats = pstats.Stats(str(path)).stats
    assert recording.merged_labels == 1
    assert stats["<generated>", 1, "same"][1] == 8


def test_a_profile_of_an_interpreter_that_loses_frames_is_unsound(tmp_path, monkeypatch):
    monkeypatch.setattr(selftest, "lost_frames", lambda: ["_outer"])
    _, _, recording = profiled(tmp_path, Call(entry, (10,), {}), 2)
    assert "loses frames" in recording.unsound
    assert recording.wrapper is None


@needs_sound_cprofile
def test_blocks_add_up_in_one_profile(tmp_path):
    attached = cprofile.attach(subject(Call(entry, (2000,), {}), tmp_path))
    durations = attached.take(3, 0).durations + attached.take(4, 2).durations
    assert (len(durations), attached.finish().unsound) == (7, None)
    rows = {key[2]: row for key, row in pstats.Stats(str(tmp_path / "profile.prof")).stats.items()}
    assert rows["entry"][1] == 7


def test_a_call_that_raises_leaves_no_profiler_behind(tmp_path):
    attached = cprofile.attach(subject(Call(int, ("none",), {}), tmp_path))
    with pytest.raises(ValueError, match="none"):
        attached.take(1, 0)
    assert sys.getprofile() is None
