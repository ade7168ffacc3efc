"""What may have disturbed a run, between two states of the machine."""

import dataclasses

import pytest

from profiler.protocol.host import CpuSeconds, HostState
from profiler.results import disturbances

QUIET = HostState(
    load_1m=0.1,
    cores=2,
    affinity=[0, 1],
    quota_cores=None,
    governors=None,
    throttled=None,
    cpu_s=CpuSeconds(1000.0, 100.0, 1.0),
    own_s=5.0,
)
# 100 s on 2 cores: 30 s of our own.
LATER = dataclasses.replace(QUIET, cpu_s=CpuSeconds(1200.0, 132.0, 1.0), own_s=35.0)
UNKNOWN = HostState(None, 2, None, None, None, None, None, 1.0)


def found(before, after, threads=None):
    return list(disturbances.of_machine(before, after, threads))


def test_a_quiet_machine_is_not_warned_of():
    assert found(QUIET, LATER, {"intra_op": 2, "inter_op": 0, "omp": None}) == []


def test_what_is_unknown_disturbs_nothing():
    assert found(UNKNOWN, UNKNOWN, {"intra_op": None}) == []


@pytest.mark.parametrize(
    "before, after, text",
    [
        ({}, {"cpu_s": CpuSeconds(1200.0, 180.0, 1.0)}, "other programs used 25% of the"),
        ({}, {"cpu_s": CpuSeconds(1200.0, 132.0, 11.0)}, "the host took 5% of this"),
        ({"cpu_s": None, "load_1m": 1.5}, {}, "the load was 1.5 on 2 cores"),
        ({"governors": ["performance", "powersave"]}, {}, "the frequency governor is powersave"),
        ({"throttled": 2}, {"throttled": 5}, "throttled for heat 3 times"),
    ],
)
def test_each_disturbance_says_what_to_do(before, after, text):
    (one,) = found(dataclasses.replace(QUIET, **before), dataclasses.replace(LATER, **after))
    assert text in one.what
    assert str(one) == f"{one.what}: {one.to_do}"


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
    (one,) = found(dataclasses.replace(QUIET, **facts), dataclasses.replace(LATER, **facts), threads)
    assert text in str(one)
