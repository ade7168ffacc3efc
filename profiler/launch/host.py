"""What could disturb a measurement: the machine's state before and after, and what happened between.

Formats: ``/proc/stat`` is proc_stat(5), ``cpu.max`` is the kernel's cgroup v2 document, the governor and the
throttle counts are the kernel's sysfs files for cpufreq and x86 thermal events.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

BUSY_SHARE = 0.10
STOLEN_SHARE = 0.02
BUSY_LOAD_PER_CORE = 0.5
SLOW_GOVERNORS = ("powersave", "conservative")
# /proc/stat: user nice system idle iowait irq softirq steal; guest time is part of user time.
STAT_FIELDS = 8
IDLE, WAITING, STOLEN = 3, 4, 7

Facts = Mapping[str, Any]


def describe(root: Path = Path("/")) -> dict[str, Any]:
    """Return the machine's state now, as JSON values; what cannot be read is None.

    Keys: ``load_1m`` (runnable processes, mean of a minute), ``cores`` (of the machine), ``affinity`` (the
    cores that this process may use, by number), ``quota_cores`` (what its control group may use, None also
    where nothing limits it), ``governors``, ``throttled`` (thermal events since boot), ``cpu_s`` (seconds of
    all cores since boot: ``total``, ``busy``, ``stolen`` by the hypervisor), ``own_s`` (CPU seconds of this
    process and of its children that have ended).

    Args:
        root: where ``proc`` and ``sys`` lie.
    """
    return {
        "load_1m": _load(),
        "cores": os.cpu_count(),
        "affinity": _affinity(),
        "quota_cores": _quota(root),
        "governors": _governors(root),
        "throttled": _throttled(root),
        "cpu_s": _cpu_seconds(root),
        "own_s": sum(os.times()[:4]),
    }


def warnings(before: Facts, after: Facts, threads: Mapping[str, int | None] | None = None) -> tuple[str, ...]:
    """Return a line for each thing that may have disturbed what was measured between two descriptions.

    Args:
        before: `describe` from before the first measurement.
        after: the same from after the last.
        threads: the framework's threads by kind; 0 stands for its own choice, None for unknown.
    """
    checks = (_busy(before, after), _stolen(before, after), _slow_governor(before), _hot(before, after))
    return tuple(text for text in (*checks, _oversubscribed(before, threads or {})) if text is not None)


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


def _cpu_seconds(root: Path) -> dict[str, float] | None:
    words = (_text(root / "proc/stat") or "").partition("\n")[0].split()
    if len(words) <= STAT_FIELDS or words[0] != "cpu" or not all(word.isdigit() for word in words[1:]):
        return None
    ticks = [int(word) for word in words[1 : STAT_FIELDS + 1]]
    per_s = os.sysconf("SC_CLK_TCK")
    busy = sum(ticks) - ticks[IDLE] - ticks[WAITING] - ticks[STOLEN]
    return {"total": sum(ticks) / per_s, "busy": busy / per_s, "stolen": ticks[STOLEN] / per_s}


def _elapsed(before: Facts, after: Facts) -> dict[str, float] | None:
    """Return the seconds of all cores between both, or None when unknown or no time passed."""
    begin, end = before["cpu_s"], after["cpu_s"]
    if not begin or not end or end["total"] <= begin["total"]:
        return None
    return {name: end[name] - begin[name] for name in begin}


def _busy(before: Facts, after: Facts) -> str | None:
    spent = _elapsed(before, after)
    cores, load = before["cores"], before["load_1m"]
    if spent is None:
        if load is None or cores is None or load <= BUSY_LOAD_PER_CORE * cores:
            return None
        return f"the load was {load:.1f} on {cores} cores before measuring: close other programs"
    others = (spent["busy"] - (after["own_s"] - before["own_s"])) / spent["total"]
    if others < BUSY_SHARE:
        return None
    return f"other programs used {others:.0%} of the machine's cores while it measured: close them"


def _stolen(before: Facts, after: Facts) -> str | None:
    spent = _elapsed(before, after)
    if spent is None or spent["stolen"] < STOLEN_SHARE * spent["total"]:
        return None
    share = spent["stolen"] / spent["total"]
    return f"the host took {share:.0%} of this virtual machine's time while it measured: use a quieter one"


def _slow_governor(before: Facts) -> str | None:
    slow = [name for name in before["governors"] or () if name in SLOW_GOVERNORS]
    if not slow:
        return None
    return f"the frequency governor is {slow[0]}, clock rates vary: set it to performance while measuring"


def _hot(before: Facts, after: Facts) -> str | None:
    if before["throttled"] is None or after["throttled"] is None:
        return None
    events = after["throttled"] - before["throttled"]
    return f"the processor was throttled for heat {events} times: let it cool" if events > 0 else None


def _oversubscribed(before: Facts, threads: Mapping[str, int | None]) -> str | None:
    """Threads beyond the cores that may be used take turns; a framework's own choice ignores a quota."""
    allowed = len(before["affinity"]) if before["affinity"] else before["cores"]
    if allowed is None:
        return None
    usable = min(allowed, before["quota_cores"] or allowed)
    for kind, count in threads.items():
        running = allowed if count == 0 else count
        if running is not None and running > usable:
            most = max(1, int(usable))
            return f"{running} {kind} threads take turns on {usable:g} usable cores: allow {most}"
    return None
