"""What may have disturbed a run, from files of known content."""

import os

import pytest

from profiler.launch import host

QUIET = {
    "load_1m": 0.1,
    "cores": 2,
    "affinity": [0, 1],
    "quota_cores": None,
    "governors": None,
    "throttled": None,
    "cpu_s": {"total": 1000.0, "busy": 100.0, "stolen": 1.0},
    "own_s": 5.0,
}
# 100 s on 2 cores: 30 s of our own.
LATER = {**QUIET, "cpu_s": {"total": 1200.0, "busy": 132.0, "stolen": 1.0}, "own_s": 35.0}


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
    assert found["governors"] == ["performance", "powersave"]
    assert found["throttled"] == 7
    assert found["quota_cores"] == 1.5
    assert found["cpu_s"] == {"total": 132.0, "busy": 21.0, "stolen": 4.0}


def test_what_cannot_be_read_is_unknown(tmp_path, monkeypatch):
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.delattr(os, "getloadavg", raising=False)
    found = host.describe(tmp_path)
    assert {name for name, value in found.items() if value is not None} == {"cores", "own_s"}
    assert host.warnings(found, found, {"intra_op": None}) == ()


@pytest.mark.parametrize("text", ["", "cpu\n", "cpu a b c d e f g h\n", "intr 1 2 3 4 5 6 7 8 9\n", "\xff"])
def test_a_strange_stat_file_is_unknown(text, root):
    (root / "proc/stat").write_text(text, encoding="latin-1")
    assert host.describe(root)["cpu_s"] is None


@pytest.mark.parametrize("text", ["max 100000\n", "150000 0\n", "x y\n", ""])
def test_a_group_without_a_limit_has_no_quota(text, root):
    (root / "sys/fs/cgroup/cpu.max").write_text(text)
    assert host.describe(root)["quota_cores"] is None


def test_this_machine_can_be_described_twice():
    before, after = host.describe(), host.describe()
    assert after["own_s"] >= before["own_s"]
    assert all(isinstance(text, str) for text in host.warnings(before, after))


def test_a_quiet_machine_is_not_warned_of():
    assert host.warnings(QUIET, LATER, {"intra_op": 2, "inter_op": 0, "omp": None}) == ()


@pytest.mark.parametrize(
    "before, after, text",
    [
        ({}, {"cpu_s": {"total": 1200.0, "busy": 180.0, "stolen": 1.0}}, "other programs used 25% of the"),
        ({}, {"cpu_s": {"total": 1200.0, "busy": 132.0, "stolen": 11.0}}, "the host took 5% of this"),
        ({"cpu_s": None, "load_1m": 1.5}, {}, "the load was 1.5 on 2 cores"),
        ({"governors": ["performance", "powersave"]}, {}, "the frequency governor is powersave"),
        ({"throttled": 2}, {"throttled": 5}, "throttled for heat 3 times"),
    ],
)
def test_each_disturbance_is_one_line_that_says_what_to_do(before, after, text):
    (line,) = host.warnings({**QUIET, **before}, {**LATER, **after})
    assert text in line
    assert ":" in line


@pytest.mark.parametrize(
    "facts, threads, text",
    [
        ({}, {"intra_op": 4}, "4 intra_op threads take turns on 2 usable cores: allow 2"),
        ({"affinity": [1]}, {"omp": 2}, "2 omp threads take turns on 1 usable cores"),
        ({"quota_cores": 1.5}, {"intra_op": 0}, "2 intra_op threads take turns on 1.5 usable cores: allow 1"),
        ({"affinity": None}, {"inter_op": 3}, "3 inter_op threads take turns on 2 usable cores"),
    ],
)
def test_more_threads_than_usable_cores_are_warned_of(facts, threads, text):
    (line,) = host.warnings({**QUIET, **facts}, {**LATER, **facts}, threads)
    assert text in line
