"""Systems without ``/proc``, ``sched_getaffinity``, ``resource`` or a load average, like macOS."""

import builtins
import os
import sys

import pytest

from profiler.collect import machine
from profiler.launch import doctor, host
from profiler.launch import worker as worker_process
from profiler.plan import request
from profiler.plan.request import Request
from profiler.protocol.errors import CollectError, UsageError
from profiler.readers import pstats
from profiler.readers.pstats import marshal_child
from profiler.readers.pstats.marshal_guard import from_bytes
from profiler.results import disturbances
from profiler.runs import lock
from tests import reference


@pytest.fixture
def bare(monkeypatch):
    """Take away what only Linux has."""
    for name in ("sched_getaffinity", "sched_setaffinity", "getloadavg"):
        monkeypatch.delattr(os, name, raising=False)
    monkeypatch.setitem(sys.modules, "resource", None)
    opened = builtins.open

    def without_proc(path, *arguments, **options):
        if str(path).startswith(("/proc", "/sys")):
            raise FileNotFoundError(2, "No such file or directory", str(path))
        return opened(path, *arguments, **options)

    monkeypatch.setattr(builtins, "open", without_proc)


@pytest.mark.usefixtures("bare")
def test_the_machine_is_described_with_what_is_known(tmp_path):
    found = host.describe(tmp_path)
    assert found.cores == os.cpu_count()
    assert (found.load_1m, found.affinity, found.governors, found.cpu_s) == (None, None, None, None)
    assert list(disturbances.of_machine(found, found)) == []


@pytest.mark.usefixtures("bare")
def test_the_measured_environment_counts_the_machines_cores():
    assert machine.cores() == os.cpu_count()
    assert machine.cpu() is None or isinstance(machine.cpu(), str)


@pytest.mark.usefixtures("bare")
def test_cores_cannot_be_pinned_where_the_system_does_not_tell_them():
    assert request.affinity() == set()
    with pytest.raises(UsageError, match="pin=0"):
        Request(pin=(0,)).require_usable_cores()


@pytest.mark.usefixtures("bare")
def test_a_profile_is_read_where_memory_cannot_be_limited():
    assert not marshal_child._limit_memory(1 << 30)
    (path, *_) = sorted(reference.CURRENT.glob("captures/*/*/cprofile-1/profile.prof"))
    status, payload = marshal_child._answer(bytes(path), path.stat().st_size, 1 << 30)
    assert status == marshal_child.DONE
    columns = from_bytes(memoryview(b"".join(payload)))
    assert len(pstats.to_profile(columns).functions) > 100


@pytest.mark.usefixtures("bare")
def test_a_traces_folder_is_held_by_one_run_at_a_time(tmp_path):
    held = pytest.raises(CollectError, match="is measuring into it")
    with lock.locked(tmp_path), held, lock.locked(tmp_path):
        pass
    with lock.locked(tmp_path):
        pass


@pytest.mark.usefixtures("bare")
def test_the_worker_is_started_and_its_end_is_told(tmp_path):
    worker = worker_process.build_zip(tmp_path / "worker.zip")
    where = worker_process.Location(tmp_path)
    ended = worker_process.run(sys.executable, [str(worker)], tmp_path / "output", 60.0, where)
    assert (ended.status, ended.exit_code) == ("failed", 2)
    assert "usage" in ended.reason


def test_the_worker_runs_in_an_interpreter_without_them(tmp_path):
    worker = worker_process.build_zip(tmp_path / "worker.zip")
    taken = ("sched_getaffinity", "sched_setaffinity", "getloadavg")
    code = (
        "import os, sys\n"
        f"for name in {taken}: hasattr(os, name) and delattr(os, name)\n"
        "sys.modules['resource'] = None\n"
        f"sys.path.insert(0, {str(worker)!r})\n"
        "from kprof_worker.collect import main\n"
        "from kprof_worker.collect import machine\n"
        "assert machine.cores() == os.cpu_count()\n"
        "sys.exit(2 * main.main(['selftest']))\n"
    )
    where = worker_process.Location(tmp_path)
    ended = worker_process.run(sys.executable, ["-c", code], tmp_path / "output", 60.0, where)
    assert ended.exit_code in (0, 2), ended.reason


@pytest.mark.usefixtures("bare")
def test_the_doctor_says_what_it_can(tmp_path):
    found = {check.name: check for check in doctor._machine(host.describe(tmp_path), {})}
    assert found["cores"].status == doctor.OK
    assert (found["load"].found, found["frequency governor"].found) == ("unknown", "unknown")
    assert doctor.counters(tmp_path).status == doctor.WARN
