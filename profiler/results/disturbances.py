"""Finds what may have disturbed a measurement, and says what to do about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..protocol.host import CpuSeconds, HostState

BUSY_SHARE = 0.10
STOLEN_SHARE = 0.02
BUSY_LOAD_PER_CORE = 0.5
SLOW_GOVERNORS = ("powersave", "conservative")


@dataclass(frozen=True)
class Disturbance:
    """What disturbed, or could disturb, a measurement, and what to do about it."""

    what: str
    to_do: str

    def __str__(self) -> str:
        return f"{self.what}: {self.to_do}"


def of_machine(
    before: HostState, after: HostState, threads: Mapping[str, int | None] | None = None
) -> Iterator[Disturbance]:
    """Yield what may have disturbed measurements between two states of the machine.

    Args:
        before: from before the first measurement.
        after: from after the last.
        threads: the framework's threads by kind; 0 stands for its own choice, None for unknown.
    """
    yield from _busy(before, after)
    yield from _stolen(before, after)
    yield from _slow_governor(before)
    yield from _hot(before, after)
    yield from _oversubscribed(before, threads or {})


def _elapsed(before: HostState, after: HostState) -> CpuSeconds | None:
    """Return the seconds of all cores between both, or None when unknown or no time passed."""
    begin, end = before.cpu_s, after.cpu_s
    if begin is None or end is None or end.total <= begin.total:
        return None
    return CpuSeconds(end.total - begin.total, end.busy - begin.busy, end.stolen - begin.stolen)


def _busy(before: HostState, after: HostState) -> Iterator[Disturbance]:
    spent = _elapsed(before, after)
    cores, load = before.cores, before.load_1m
    if spent is None:
        if load is not None and cores is not None and load > BUSY_LOAD_PER_CORE * cores:
            yield Disturbance(
                f"the load was {load:.1f} on {cores} cores before measuring", "close other programs"
            )
        return
    others = (spent.busy - (after.own_s - before.own_s)) / spent.total
    if others >= BUSY_SHARE:
        yield Disturbance(
            f"other programs used {others:.0%} of the machine's cores while it measured", "close them"
        )


def _stolen(before: HostState, after: HostState) -> Iterator[Disturbance]:
    spent = _elapsed(before, after)
    if spent is not None and spent.stolen >= STOLEN_SHARE * spent.total:
        share = spent.stolen / spent.total
        yield Disturbance(
            f"the host took {share:.0%} of this virtual machine's time while it measured",
            "use a quieter one",
        )


def _slow_governor(before: HostState) -> Iterator[Disturbance]:
    for name in [name for name in before.governors or () if name in SLOW_GOVERNORS][:1]:
        yield Disturbance(
            f"the frequency governor is {name}, clock rates vary", "set it to performance while measuring"
        )


def _hot(before: HostState, after: HostState) -> Iterator[Disturbance]:
    if before.throttled is not None and after.throttled is not None and after.throttled > before.throttled:
        events = after.throttled - before.throttled
        yield Disturbance(f"the processor was throttled for heat {events} times", "let it cool")


def _oversubscribed(before: HostState, threads: Mapping[str, int | None]) -> Iterator[Disturbance]:
    """Find more threads than usable cores, which take turns; a framework's own choice ignores a quota."""
    allowed = len(before.affinity) if before.affinity else before.cores
    if allowed is None:
        return
    usable = min(allowed, before.quota_cores or allowed)
    for kind, count in threads.items():
        running = allowed if count == 0 else count
        if running is not None and running > usable:
            yield Disturbance(
                f"{running} {kind} threads take turns on {usable:g} usable cores",
                f"allow {max(1, int(usable))}",
            )
            return
