"""What is said of profiles: real ones of several interpreters, with the fault that they were made with."""

import numpy as np
import pytest

from profiler.readers import pstats
from profiler.readers.pstats import quality
from tests import reference
from tests.readers.pstats.files import GOOD, LABEL, written
from tests.reference_files import PROFILES

SOUND = sorted(reference.FOLDER.glob("*/captures/**/profile.prof"))
SPOILED = {"frames_lost", "threads", "enable_on_top"}


@pytest.mark.parametrize("path", SOUND, ids=lambda path: path.parts[-3])
def test_a_sound_profile_has_no_findings(path, guard):
    assert quality.findings(pstats.read(path, guard)) == ()


@pytest.mark.parametrize("name", PROFILES)
def test_a_reference_file_has_the_fault_that_it_was_made_with_and_no_other(name, guard):
    path, answers = PROFILES[name]
    found = quality.findings(pstats.read(path, guard))
    expected = [] if answers["fault"] is None else [answers["fault"]]
    assert [finding.kind for finding in found] == expected
    assert [finding.spoils_shares for finding in found] == [kind in SPOILED for kind in expected]


def findings_of(stats, tmp_path, guard):
    return quality.findings(pstats.read(written(tmp_path / "a.prof", stats), guard))


def test_a_lost_predict_is_told_with_the_callback_that_ran(guard):
    path, _ = PROFILES["py3.12-predict-lost.prof"]
    (found,) = quality.findings(pstats.read(path, guard))
    assert "predict has no row, although its on_predict_b" in found.text
    assert "2 functions with recursive calls alone" in found.text
    assert "Python 3.11" in found.to_do


def test_the_callbacks_of_something_else_than_keras_miss_no_predict(tmp_path, guard):
    stats = {("mine/callbacks.py", 1, "on_predict_begin"): GOOD}
    assert findings_of(stats, tmp_path, guard) == ()
    stats = {
        ("/x/site-packages/keras/callbacks.py", 1, "on_predict_begin"): GOOD,
        ("mine/model.py", 1, "predict"): GOOD,
    }
    (found,) = findings_of(stats, tmp_path, guard)
    assert (found.kind, found.spoils_shares) == ("frames_lost", True)


def test_a_caller_without_a_row_is_told_and_left_out(tmp_path, guard):
    stats = {LABEL: (2, 2, 1.0, 1.0, {("g.py", 1, "g"): (1, 1, 0.5, 0.5), LABEL: (1, 0, 0.0, 0.0)})}
    profile = pstats.read(written(tmp_path / "a.prof", stats), guard)
    assert (profile.lost_callers, len(profile.edges)) == (1, 1)
    (found,) = quality.findings(profile)
    assert "1 caller without a row" in found.text


def test_private_functions_of_libraries_that_nobody_called_are_lost_frames(tmp_path, guard):
    def stats(count):
        return {("/x/site-packages/lib/a.py", n, f"_f{n}"): (1, 1, 1.0, 1.0, {}) for n in range(count)}

    assert findings_of(stats(quality.MOST_ENTRIES), tmp_path, guard) == ()
    (found,) = findings_of(stats(quality.MOST_ENTRIES + 1), tmp_path, guard)
    assert f"{quality.MOST_ENTRIES + 1} private functions" in found.text
    assert "self times of 11 s, where no function took over 1 s" in found.text


def test_a_profile_of_many_calls_side_by_side_is_sound(tmp_path, guard):
    stats = {("script.py", n, f"f{n}"): (1, 1, 1.0, 1.0, {}) for n in range(99)}
    assert findings_of(stats, tmp_path, guard) == ()


def test_more_cumulative_time_than_time_in_all_is_a_sign_of_threads(tmp_path, guard):
    stats = {LABEL: (1, 1, 1.0, 8.0, {}), ("g.py", 1, "g"): (1, 1, 0.5, 7.0, {LABEL: (1, 1, 0.5, 7.0)})}
    (found,) = findings_of(stats, tmp_path, guard)
    assert (found.kind, found.spoils_shares) == ("threads", True)
    assert "f.py:1 f took 8 s of 1.5 s in all" in found.text


def test_a_circle_of_callers_has_no_root(tmp_path, guard):
    other = ("g.py", 1, "g")
    edge = (1, 1, 0.5, 0.5)
    stats = {LABEL: (1, 1, 0.5, 0.5, {other: edge}), other: (1, 1, 0.5, 0.5, {LABEL: edge})}
    (found,) = findings_of(stats, tmp_path, guard)
    assert (found.kind, found.spoils_shares) == ("no_root", True)


def test_a_recursive_function_is_its_own_root(tmp_path, guard):
    stats = {LABEL: (1, 6, 0.5, 0.5, {LABEL: (5, 1, 0.4, 0.4)})}
    assert findings_of(stats, tmp_path, guard) == ()


@pytest.mark.parametrize("time_s", [0.0, 1e-300, 1e300])
def test_profiles_of_no_time_and_of_endless_time_are_looked_at(time_s, tmp_path, guard):
    stats = {LABEL: (1, 1, time_s, time_s, {}), ("g.py", 1, "g"): (1, 1, time_s, time_s, {})}
    with np.errstate(all="raise", under="ignore"):
        assert findings_of(stats, tmp_path, guard) == ()


def test_an_empty_profile_is_told(tmp_path, guard):
    (found,) = findings_of({}, tmp_path, guard)
    assert (found.kind, found.spoils_shares) == ("empty", True)


def test_times_below_0_are_told_with_their_sum(tmp_path, guard):
    stats = {LABEL: (1, 1, -5e-7, 0.25, {}), ("g.py", 1, "g"): (1, 1, 0.5, 0.5, {})}
    told = {finding.kind: finding for finding in findings_of(stats, tmp_path, guard)}
    assert "1 time below 0" in told["negative_times"].text
    assert "-5e-07 s" in told["negative_times"].text


def test_a_sampled_profile_says_how_many_samples_it_has_and_how_often(guard):
    path, answers = PROFILES["py3.15-sampled.prof"]
    (found,) = quality.findings(pstats.read(path, guard))
    assert f"{answers['samples']} samples, one every 1 ms" in found.text


def test_a_sampled_profile_without_a_sample_has_no_shares(tmp_path, guard):
    (found,) = findings_of({("__sampled__",): True, LABEL: (0, 0, 0.0, 0.0, {})}, tmp_path, guard)
    assert (found.kind, found.spoils_shares) == ("sampled", True)
