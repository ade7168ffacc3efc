import pstats

import pytest

from profiler.collect import selftest
from profiler.collect.harness import Call
from profiler.collect.instruments import cprofile

needs_sound_cprofile = pytest.mark.skipif(
    not selftest.is_sound(), reason="this interpreter's cProfile loses frames"
)


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
    path = tmp_path / "a.prof"
    durations, facts, unsound = cprofile.capture(Call(entry, (2000,), {}), 7, str(path))
    assert unsound is None
    assert len(durations) == 7
    assert facts["wrapper"][2] == "entry"
    rows = {key[2]: row for key, row in pstats.Stats(str(path)).stats.items()}
    assert (rows["entry"][1], rows["middle"][1], rows["leaf"][1]) == (7, 7, 14)


@needs_sound_cprofile
def test_self_times_add_up_to_the_window_within_the_margin(tmp_path):
    path = tmp_path / "a.prof"
    durations, _, unsound = cprofile.capture(Call(entry, (20000,), {}), 20, str(path))
    total_ns = sum(row[2] for row in pstats.Stats(str(path)).stats.values()) * 1e9
    assert unsound is None
    assert total_ns == pytest.approx(sum(durations), rel=0.05, abs=20 * 100_000)


@needs_sound_cprofile
def test_recursion_is_counted_once_in_cumulative_times(tmp_path):
    path = tmp_path / "a.prof"
    cprofile.capture(Call(recursive, (50,), {}), 3, str(path))
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

    path = tmp_path / "a.prof"
    _, facts, unsound = cprofile.capture(Call(both, (1000,), {}), 4, str(path))
    stats = pstats.Stats(str(path)).stats
    assert unsound is None
    assert facts["merged_labels"] == 1
    assert stats["<generated>", 1, "same"][1] == 8


def test_a_profile_of_an_interpreter_that_loses_frames_is_unsound(tmp_path, monkeypatch):
    monkeypatch.setattr(selftest, "lost_frames", lambda: ["_outer"])
    _, _, unsound = cprofile.capture(Call(entry, (10,), {}), 2, str(tmp_path / "a.prof"))
    assert "loses frames" in unsound
