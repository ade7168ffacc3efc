"""Two files side by side: differences, no verdict; unlike measures are refused."""

import pytest

from profiler.compare import foreign as comparing
from profiler.protocol.errors import UsageError
from profiler.results import build
from profiler.results import foreign as results
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
    run = comparing.of_run(build.build(reference.CURRENT), file)
    (entry,) = comparing.compare(file, run).entries
    known = [one.difference for one in entry.internals if one.difference is not None]
    assert len(known) >= 10 and known == pytest.approx([0.0] * len(known), abs=0.002)


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
