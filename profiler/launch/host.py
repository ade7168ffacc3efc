"""Describes the machine at one moment, so that a report can say what disturbed a measurement.

Formats: ``/proc/stat`` is proc_stat(5), ``cpu.max`` is the kernel's cgroup v2 document, the governor and the
throttle counts are the kernel's sysfs files for cpufreq and x86 thermal events.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from ..protocol.host import CpuSeconds, HostState

# /proc/stat: user nice system idle iowait irq softirq steal; guest time is part of user time.
STAT_FIELDS = 8
IDLE, WAITING, STOLEN = 3, 4, 7


def describe(root: Path = Path("/")) -> HostState:
    """Return the machine's state now; what cannot be read is None.

    Args:
        root: where ``proc`` and ``sys`` lie.
    """
    return HostState(
        load_1m=_load(),
        cores=os.cpu_count(),
        affinity=_affinity(),
        quota_cores=_quota(root),
        governors=_governors(root),
        throttled=_throttled(root),
        cpu_s=_cpu_seconds(root),
        own_s=sum(os.times()[:4]),
    )


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None


def _cpu_files(root: Path, name: str) -> Iterator[str]:
    for path in sorted(root.glob(f"sys/devices/system/cpu/cpu[0-9]*/{name}")):
        text = _text(path)
        if text:
            yield text


def _load() -> float | None:
    try:
        return os.getloadavg()[0]
    except (OSError, AttributeError):
        return None


def _affinity() -> list[int] | None:
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None


def _quota(root: Path) -> float | None:
    quota, _, period = (_text(root / "sys/fs/cgroup/cpu.max") or "").partition(" ")
    return int(quota) / int(period) if quota.isdigit() and period.isdigit() and int(period) else None


def _governors(root: Path) -> list[str] | None:
    return sorted(set(_cpu_files(root, "cpufreq/scaling_governor"))) or None


def _throttled(root: Path) -> int | None:
    counts = [
        int(text) for text in _cpu_files(root, "thermal_throttle/core_throttle_count") if text.isdigit()
    ]
    return sum(counts) if counts else None


def _cpu_seconds(root: Path) -> CpuSeconds | None:
    words = (_text(root / "proc/stat") or "").partition("\n")[0].split()
    if len(words) <= STAT_FIELDS or words[0] != "cpu" or not all(word.isdigit() for word in words[1:]):
        return None
    ticks = [int(word) for word in words[1 : STAT_FIELDS + 1]]
    per_s = os.sysconf("SC_CLK_TCK")
    busy = sum(ticks) - ticks[IDLE] - ticks[WAITING] - ticks[STOLEN]
    return CpuSeconds(sum(ticks) / per_s, busy / per_s, ticks[STOLEN] / per_s)
