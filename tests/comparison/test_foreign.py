"""Two files side by side: differences, no verdict; unlike measures are refused."""

import dataclasses

import pytest

from profiler.comparison import foreign as comparing
from profiler.protocol.errors import UsageError
from profiler.results import build
from profiler.results.foreign import build as results
from profiler.results.foreign import document
from profiler.runs import record
from profiler.runs.foreign import open_files
from tests import foreign_files as files
from tests import reference


def side(path):
    return comparing.of_file(results.build(path.name, open_files(path)))


def made(tmp_path, name, adapter_s):
    return side(files.write(files.simple(adapter_s), tmp_path / name))


def test_the_difference_is_after_minus_before(tmp_path):
    found = comparing.compare(made(tmp_path, "a.prof", 2.0), made(tmp_path, "b.prof", 4.0))
    (entry,) = found.entries
    change = next(one for one in entry.internals if one.internal == "data_adapter")
    assert change.difference == pytest.approx(0.25)
    assert (entry.seconds_a_call_before, entry.seconds_a_call_after) == pytest.approx((1.6, 1.6))
    assert found.note.startswith("no verdict") and "verdict" not in found.to_json()


def test_what_one_side_does_not_know_has_no_difference_and_the_reason(tmp_path):
    found = comparing.compare(made(tmp_path, "a.prof", 2.0), made(tmp_path, "b.prof", 4.0))
    change = next(one for one in found.entries[0].internals if one.internal == "autograph")
    assert change.difference is None and change.reason.startswith("before: ")


def test_a_reference_capture_as_a_file_is_its_run_again():
    """The run's shares are of the call, the file's of the frame: brought to one base they are the same."""
    (path,) = reference.CURRENT.glob("captures/*/tiny-compiled-predict-b32/cprofile-1/profile.prof")
    file = side(path)
    run = comparing.of_run(record.read(reference.CURRENT), build.build(reference.CURRENT), file)
    (entry,) = comparing.compare(file, run).entries
    known = [one.difference for one in entry.internals if one.difference is not None]
    assert len(known) >= 10 and known == pytest.approx([0.0] * len(known), abs=0.002)
    assert entry.seconds_a_call_after == pytest.approx(entry.seconds_a_call_before, rel=0.02)
    assert entry.calls_after == entry.calls_before and entry.reason is None


def test_unlike_measures_are_refused(tmp_path):
    with pytest.raises(UsageError, match="cannot be compared with a trace of the TensorFlow profiler"):
        comparing.compare(made(tmp_path, "a.prof", 2.0), side(files.TRACE))


def test_a_spoiled_file_is_refused():
    with pytest.raises(UsageError, match="no share can be taken from it: frames were lost"):
        side(files.LOST)


def test_files_without_a_common_entry_point_are_refused(tmp_path):
    fit = files.profile(
        {files.MAIN: (1, 1.0, 2.0), files.FIT: (1, 1.0, 1.0)}, {(files.MAIN, files.FIT): (1, 1.0)}
    )
    other = side(files.write(fit, tmp_path / "fit.prof"))
    with pytest.raises(UsageError, match="have no entry point of Keras in common"):
        comparing.compare(made(tmp_path, "a.prof", 2.0), other)


def test_a_side_says_which_session_and_host_it_is(tmp_path):
    found = side(files.logs(tmp_path))
    assert found.name == "logs (session train/2026_01_05_10_15_00, host host)"


def changed(path, measure, **changes):
    """The side of a file whose calls were seen otherwise."""
    report = results.build(path.name, open_files(path))
    (file,) = report.files
    calls = tuple(dataclasses.replace(one, **changes) for one in file.calls)
    return comparing.of_file(
        dataclasses.replace(report, files=(dataclasses.replace(file, measure=measure, calls=calls),))
    )


def test_samples_count_no_calls_and_say_so(tmp_path):
    path = files.write(files.simple(), tmp_path / "app.prof")
    one = changed(path, document.SAMPLES, calls=None, seconds=None)
    (entry,) = comparing.compare(one, one).entries
    assert entry.seconds_a_call_before is None and entry.reason == "before: samples count no calls"


def test_lines_taken_whole_of_which_nothing_is_known_are_refused(tmp_path):
    """Of two traces without Python calls and without steps nothing can be compared."""
    one = changed(files.logs(tmp_path), document.TRACE, calls=None, windows="whole line")
    with pytest.raises(UsageError, match="hold no time a call and no share that both sides know"):
        comparing.compare(one, one)
