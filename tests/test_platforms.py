"""Systems without ``/proc``, ``sched_getaffinity``, ``resource`` or a load average, like macOS."""

import builtins
import os
import sys

import pytest

from profiler import machine, plan
from profiler.collect import environment
from profiler.plan import Request
from profiler.protocol.errors import UsageError
from profiler.readers import marshal_child, pstats
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
    found = machine.describe(tmp_path)
    assert found["cores"] == os.cpu_count()
    assert {name: found[name] for name in ("load_1m", "affinity", "governors", "cpu_s")} == dict.fromkeys(
        ("load_1m", "affinity", "governors", "cpu_s")
    )
    assert machine.warnings(found, found) == ()


@pytest.mark.usefixtures("bare")
def test_the_measured_environment_counts_the_machines_cores():
    assert environment._cores() == os.cpu_count()
    assert environment._cpu() is None or isinstance(environment._cpu(), str)


@pytest.mark.usefixtures("bare")
def test_cores_cannot_be_pinned_where_the_system_does_not_tell_them():
    assert plan.affinity() == set()
    with pytest.raises(UsageError, match="--pin 0"):
        Request(pin=(0,))


@pytest.mark.usefixtures("bare")
def test_a_profile_is_read_where_memory_cannot_be_limited():
    assert not marshal_child._limit_memory(1 << 30)
    (path, *_) = sorted(reference.CURRENT.glob("captures/*/*/cprofile-1/profile.prof"))
    status, payload = marshal_child._answer(bytes(path), path.stat().st_size, 1 << 30)
    assert status == marshal_child.DONE
    columns = marshal_child.from_bytes(memoryview(b"".join(payload)))
    assert len(pstats.to_profile(columns).functions) > 100
