from profiler.plan import extending, processes
from profiler.plan.request import Request

PLAN = processes.make(Request(("tiny", "medium"), processes=3))


def speed_of(plan, workload):
    return [one for one in plan.processes if one.workload == workload and one.measures_speed]


def test_as_many_more_processes_of_the_same_captures_follow():
    numbers = [one.number for one in speed_of(PLAN, "tiny")]
    longer = extending.doubled(PLAN, numbers)
    added = longer.processes[len(PLAN.processes) :]
    assert [one.number for one in added] == [6, 7, 8]
    assert [one.replicate for one in added] == [3, 4, 5]
    assert {one.workload for one in added} == {"tiny"}
    for one in added:
        assert one.instruments == ("wall", "probes")
        assert not any(capture.inspect for capture in one.captures)
        assert [c.variant for c in one.captures] == [c.variant for c in PLAN.processes[0].captures][
            : len(one.captures)
        ]
    again = extending.doubled(longer, [one.number for one in speed_of(longer, "tiny")])
    assert len(speed_of(again, "tiny")) == 12
    folders = {(one.workload, one.replicate) for one in again.processes}
    assert len(folders) == len(again.processes)
