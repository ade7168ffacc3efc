"""The machine described from files of known content."""

import dataclasses
import os

import pytest

from profiler.launch import host
from profiler.protocol.host import CpuSeconds


@pytest.fixture
def root(tmp_path):
    """A root folder with the files that are read."""
    cpu = tmp_path / "sys/devices/system/cpu"
    for number, (governor, events) in enumerate((("powersave", 3), ("performance", 4))):
        for name, text in (
            ("cpufreq/scaling_governor", governor),
            ("thermal_throttle/core_throttle_count", events),
        ):
            path = cpu / f"cpu{number}" / name
            path.parent.mkdir(parents=True)
            path.write_text(f"{text}\n")
    (tmp_path / "sys/fs/cgroup").mkdir(parents=True)
    (tmp_path / "sys/fs/cgroup/cpu.max").write_text("150000 100000\n")
    (tmp_path / "proc").mkdir()
    ticks = os.sysconf("SC_CLK_TCK")
    fields = [seconds * ticks for seconds in (10, 1, 5, 100, 7, 2, 3, 4, 6, 0)]
    (tmp_path / "proc/stat").write_text(f"cpu  {' '.join(map(str, fields))}\ncpu0 1 2 3\n")
    return tmp_path


def test_the_files_are_read(root):
    found = host.describe(root)
    assert found.governors == ["performance", "powersave"]
    assert found.throttled == 7
    assert found.quota_cores == 1.5
    assert found.cpu_s == CpuSeconds(132.0, 21.0, 4.0)


def test_what_cannot_be_read_is_unknown(tmp_path, monkeypatch):
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.delattr(os, "getloadavg", raising=False)
    found = host.describe(tmp_path)
    known = {name for name, value in dataclasses.asdict(found).items() if value is not None}
    assert known == {"cores", "own_s"}


@pytest.mark.parametrize("text", ["", "cpu\n", "cpu a b c d e f g h\n", "intr 1 2 3 4 5 6 7 8 9\n", "\xff"])
def test_a_strange_stat_file_is_unknown(text, root):
    (root / "proc/stat").write_text(text, encoding="latin-1")
    assert host.describe(root).cpu_s is None


@pytest.mark.parametrize("text", ["max 100000\n", "150000 0\n", "x y\n", ""])
def test_a_group_without_a_limit_has_no_quota(text, root):
    (root / "sys/fs/cgroup/cpu.max").write_text(text)
    assert host.describe(root).quota_cores is None


def test_this_machine_can_be_described_twice():
    before, after = host.describe(), host.describe()
    assert after.own_s >= before.own_s
