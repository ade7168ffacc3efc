"""Findings that do not need TensorFlow."""

import os
import sys

import pytest

from profiler import doctor
from profiler.protocol import files


def by_name(checks):
    return {check.name: check for check in checks}


def test_a_driver_that_keeps_counters_for_root_is_a_warning_with_the_option(tmp_path, monkeypatch):
    params = tmp_path / "proc/driver/nvidia/params"
    params.parent.mkdir(parents=True)
    params.write_text("ResmanDebugLevel: 4294967295\nRmProfilingAdminOnly: 1\n")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    check = doctor.counters(tmp_path)
    assert check.status == doctor.WARN
    assert "NVreg_RestrictProfilingToAdminUsers=0" in check.remedy
    params.write_text("RmProfilingAdminOnly: 0\n")
    assert doctor.counters(tmp_path).status == doctor.OK


def test_a_driver_that_says_nothing_is_a_warning(tmp_path):
    assert doctor.counters(tmp_path).status == doctor.WARN


@pytest.mark.parametrize(
    ("free", "status"), [(2_000_000_000, "ok"), (500_000_000, "warn"), (50_000_000, "fail")]
)
def test_a_full_disk_is_told_before_a_run_meets_it(free, status, tmp_path):
    check = doctor.room(free, tmp_path)
    assert check.status == status
    assert (check.remedy is None) == (status == "ok")


def test_a_viewer_that_wants_an_older_setuptools_gets_the_remedy():
    check = doctor.starts("raise ModuleNotFoundError(\"No module named 'pkg_resources'\")")
    assert check.status == doctor.WARN
    assert "'setuptools<81'" in check.remedy
    assert "pkg_resources" in check.found


def test_a_viewer_that_fails_otherwise_is_to_be_upgraded():
    check = doctor.starts("import sys; sys.exit('broken')")
    assert (check.status, check.found) == (doctor.WARN, "broken")
    assert "--upgrade" in check.remedy
    assert doctor.starts("import sys").status == doctor.OK


def test_a_package_that_is_missing_is_named_with_the_command():
    check = doctor._package("viewer", "kprof-has-no-such-package")
    assert check.status == doctor.WARN
    assert check.remedy.endswith("-m pip install kprof-has-no-such-package")


def test_an_interpreter_without_tensorflow_fails_in_a_line(tmp_path):
    (check,) = doctor._measured("/usr/bin/env", tmp_path)
    assert check.status == doctor.FAIL
    assert "cannot be measured" in check.found


def test_an_interpreter_that_is_not_there_fails(tmp_path):
    (check,) = doctor._measured(str(tmp_path / "python"), tmp_path)
    assert check.status == doctor.FAIL
    assert "no such interpreter" in check.found


@pytest.mark.parametrize(
    ("found", "status"),
    [
        ({"python_events": True, "error": None}, "ok"),
        ({"python_events": False, "error": None}, "warn"),
        ({"python_events": False, "error": "AlreadyExistsError: another profiler is running"}, "fail"),
    ],
)
def test_the_tensorflow_profiler_is_judged_by_what_a_session_gave(found, status):
    assert doctor._profiler(found).status == status


def test_where_keras_turned_xla_on_by_itself_both_states_run_it():
    check = doctor._device({"device": "GPU", "jit_compile": True})
    assert check.status == doctor.WARN
    assert "both run it" in check.remedy


def test_an_interpreter_that_loses_frames_is_a_warning_that_names_a_sound_one():
    check = doctor._cprofile(
        {"cprofile_lost_frames": ["f"], "python": "3.12.1", "cprofile_remedy": "Python 3.11.7"}
    )
    assert check.status == doctor.WARN
    assert "Python 3.11.7" in check.remedy


def test_a_slow_governor_is_a_warning_with_the_remedy(tmp_path):
    governor = tmp_path / "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"
    governor.parent.mkdir(parents=True)
    governor.write_text("powersave\n")
    checks = list(doctor._machine(tmp_path))
    (warned,) = [check for check in checks if "governor" in check.found and check.status == doctor.WARN]
    assert "performance" in warned.remedy
    assert by_name(checks)["frequency governor"].found == "powersave"


def test_a_traces_folder_is_fine_before_it_exists(tmp_path):
    checks = by_name(doctor._storage(tmp_path / "new" / "traces"))
    assert checks["traces folder"].status == doctor.OK


def test_a_file_where_traces_should_go_fails(tmp_path):
    (tmp_path / "traces").write_text("")
    (check,) = doctor._storage(tmp_path / "traces")
    assert check.status == doctor.FAIL
    assert "--out" in check.remedy


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_fails(tmp_path):
    (tmp_path / "traces").mkdir(mode=0o500)
    (check,) = doctor._storage(tmp_path / "traces")
    assert check.status == doctor.FAIL


def test_captures_that_were_cut_short_are_named(tmp_path):
    (tmp_path / "run" / f"{files.PARTIAL_PREFIX}3").mkdir(parents=True)
    check = by_name(doctor._storage(tmp_path))["interrupted captures"]
    assert check.status == doctor.WARN
    assert str(tmp_path / "run") in check.remedy


def test_the_viewers_of_this_environment_are_found():
    checks = by_name(doctor._viewers())
    assert {checks[name].status for name in ("snakeviz", "TensorBoard", "profiler plugin")} == {doctor.OK}
    assert sys.executable not in checks["snakeviz"].found
