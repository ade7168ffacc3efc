"""Findings that do not need TensorFlow."""

import dataclasses
import json
import os
import platform
import sys
from pathlib import Path

import pytest

from profiler.collect import selftest
from profiler.launch import doctor, preparing
from profiler.launch.listener import Silent
from profiler.plan.request import Request
from profiler.protocol import files
from profiler.protocol.host import HostState
from profiler.protocol.spec import Diagnosis, EnvironmentFacts, WorkloadFacts


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


@pytest.fixture
def bare_python(tmp_path):
    """A real interpreter that sees no package: the standard library alone."""
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nexec {sys._base_executable} -S "$@"\n')
    python.chmod(0o755)
    return str(python)


def test_an_interpreter_without_tensorflow_starts_but_fails_with_the_way_to_install_it(bare_python, tmp_path):
    checks = by_name(doctor._interpreter(bare_python, Silent(), tmp_path))
    assert checks["interpreter"].status == doctor.OK
    assert platform.python_version() in checks["interpreter"].found
    assert checks["cProfile"].status == (doctor.OK if selftest.is_sound() else doctor.WARN)
    assert checks["TensorFlow"].status == doctor.FAIL
    assert "cannot import" in checks["TensorFlow"].found
    assert "pip install" in checks["TensorFlow"].remedy


@pytest.mark.parametrize("version", ["3.6.15", "3.5.10rc1"])
def test_an_interpreter_older_than_the_worker_fails_without_a_word_on_its_cprofile(version, tmp_path):
    python = tmp_path / "python"
    facts = [str(python), version, "CPython"]
    # it answers the probe, and ends like an interpreter that cannot compile the worker
    python.write_text(f"#!/bin/sh\n[ \"$1\" = -E ] && echo '{json.dumps(facts)}' && exit 0\nexit 1\n")
    python.chmod(0o755)
    checks = by_name(doctor._interpreter(str(python), Silent(), tmp_path))
    assert checks["interpreter"].status == doctor.FAIL
    assert version in checks["interpreter"].found
    assert "3.7" in checks["interpreter"].remedy
    assert "cProfile" not in checks


def test_a_program_that_is_no_interpreter_fails(tmp_path):
    checks = by_name(doctor._interpreter("/usr/bin/env", Silent(), tmp_path))
    assert checks["interpreter"].status == doctor.FAIL
    assert "cannot be measured" in checks["interpreter"].found
    assert "TensorFlow" not in checks


@pytest.mark.long
def test_an_interpreter_that_is_not_there_fails_and_the_rest_is_still_looked_at(tmp_path):
    checks = by_name(doctor.examine(str(tmp_path / "python"), tmp_path, Silent()))
    assert checks["interpreter"].status == doctor.FAIL
    assert "no such interpreter" in checks["interpreter"].found
    assert "--python" in checks["interpreter"].remedy
    assert {"snakeviz", "load", "traces folder", "disk"} <= set(checks)


@pytest.mark.parametrize(
    ("found", "status"),
    [
        (Diagnosis(None, True, None), "ok"),
        (Diagnosis(None, False, None), "warn"),
        (Diagnosis(None, False, "AlreadyExistsError: another profiler is running"), "fail"),
    ],
)
def test_the_tensorflow_profiler_is_judged_by_what_a_session_gave(found, status):
    assert doctor._profiler(found).status == status


def test_where_keras_turned_xla_on_by_itself_both_states_run_it():
    found = EnvironmentFacts("2.21.0", "3.15.1", device="GPU", jit_compile=True)
    check = doctor._device(found, Diagnosis(["GPU:0 NVIDIA L4", "GPU:1"], True, None))
    assert check.status == doctor.WARN
    assert check.found == "GPU:0 NVIDIA L4, GPU:1, jit_compile True"
    assert "both run it" in check.remedy


def test_an_interpreter_that_loses_frames_is_a_warning_that_names_a_sound_one(monkeypatch):
    monkeypatch.setattr(doctor.preparing, "remedy", lambda site: "Python 3.11.7")
    check = doctor.cprofile("3.12.1", True, None)
    assert check.status == doctor.WARN
    assert "Python 3.11.7" in check.remedy


QUIET = HostState(
    load_1m=0.1,
    cores=4,
    affinity=[0, 1],
    quota_cores=None,
    governors=["performance"],
    throttled=None,
    cpu_s=None,
    own_s=0.0,
)


def test_a_quiet_machine_is_fine_and_its_cores_are_told():
    checks = by_name(doctor._machine(QUIET, {"intra_op": 0}))
    assert {check.status for check in checks.values()} == {doctor.OK}
    assert checks["cores"].found == "2 of 4 usable"


@pytest.mark.parametrize(
    ("name", "state", "remedy"),
    [
        ("load", {"load_1m": 9.0}, "close other programs"),
        ("frequency governor", {"governors": ["powersave"]}, "performance"),
        ("cores", {"quota_cores": 1.5}, "allow 1"),
    ],
)
def test_what_disturbs_is_a_warning_of_its_own_check_alone(name, state, remedy):
    checks = by_name(doctor._machine(dataclasses.replace(QUIET, **state), {"intra_op": 0}))
    assert {each for each, check in checks.items() if check.status == doctor.WARN} == {name}
    assert remedy in checks[name].remedy


def test_what_the_system_does_not_tell_is_unknown():
    nothing = HostState(None, 4, None, None, None, None, None, 0.0)
    checks = by_name(doctor._machine(nothing, {}))
    assert {name: check.found for name, check in checks.items()} == {
        "cores": "4 of 4 usable",
        "load": "unknown",
        "frequency governor": "unknown",
    }


def test_a_traces_folder_is_fine_before_it_exists(tmp_path):
    checks = by_name(doctor._storage(tmp_path / "new" / "traces"))
    assert checks["traces folder"].status == doctor.OK


def test_a_file_where_traces_should_go_fails(tmp_path):
    (tmp_path / "traces").write_text("")
    (check,) = doctor._storage(tmp_path / "traces")
    assert check.status == doctor.FAIL
    assert "--out" in check.remedy


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc takes no files, not even root's")
def test_a_workload_that_cannot_be_built_fails(tmp_path):
    """Every check was ok, and the run then failed."""
    facts = EnvironmentFacts("2.21.0", "3.15.1", workloads={"tiny": WorkloadFacts(error="no such layer")})
    site = preparing.site(Request(("tiny",)), tmp_path)
    checks = by_name(doctor._measured(facts, Diagnosis(None, True, None), site, tmp_path))
    assert checks["tiny"].status == doctor.FAIL and "no such layer" in checks["tiny"].found


def test_a_folder_that_may_not_be_written_fails():
    (check,) = doctor._storage(Path("/proc/traces"))
    assert check.status == doctor.FAIL


def test_captures_that_were_cut_short_are_named(tmp_path):
    (tmp_path / "run" / f"{files.PARTIAL_PREFIX}3").mkdir(parents=True)
    check = by_name(doctor._storage(tmp_path))["interrupted captures"]
    assert check.status == doctor.WARN
    assert str(tmp_path / "run") in check.remedy


@pytest.mark.long
def test_the_viewers_of_this_environment_are_found():
    checks = by_name(doctor._viewers(Silent()))
    assert {checks[name].status for name in ("snakeviz", "TensorBoard", "profiler plugin")} == {doctor.OK}
    assert sys.executable not in checks["snakeviz"].found
