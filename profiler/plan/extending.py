"""Plans more processes of what has been measured, where the first ones did not decide."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator

from ..protocol.instruments import instrument
from .processes import Plan, ProcessPlan

STAGES = 3
"""How often a comparison is looked at where it may be extended: each time after twice the processes."""


def doubled(plan: Plan, numbers: Collection[int]) -> Plan:
    """Return a plan with one more process for each of these, of the captures that every process takes.

    Args:
        plan: what has been measured.
        numbers: the processes that measure the speed of what is to be measured longer.
    """
    return dataclasses.replace(plan, processes=(*plan.processes, *_more(plan, numbers)))


def _more(plan: Plan, numbers: Collection[int]) -> Iterator[ProcessPlan]:
    number = 1 + max(one.number for one in plan.processes)
    replicates = {
        workload: sum(one.workload == workload and one.measures_speed for one in plan.processes)
        for workload in plan.workloads
    }
    for one in plan.processes:
        if one.number not in numbers:
            continue
        captures = tuple(
            dataclasses.replace(capture, inspect=False)
            for capture in one.captures
            if instrument(capture.instrument).interleaves
        )
        replicate = replicates[one.workload]
        yield dataclasses.replace(one, number=number, replicate=replicate, captures=captures)
        number += 1
        replicates[one.workload] += 1
