"""The processor as this process sees it."""

from __future__ import annotations

import os
import platform


def cores() -> int | None:
    """Return how many cores this process may use; None where the system does not say."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count()


def cpu(cpuinfo: str = "/proc/cpuinfo") -> str | None:
    """Return the processor's model; None where the system does not say."""
    try:
        with open(cpuinfo, encoding="utf-8") as file:
            for line in file:
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or None
