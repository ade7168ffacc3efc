"""What is recorded and given where a gate may have more measured; more in the tests of that gate."""

import types

from profiler.launch import steering
from profiler.launch.steering import Longer
from profiler.plan import processes
from profiler.plan.request import Request

PLAN = processes.make(Request(("tiny", "medium"), instruments=("wall",)))


def part(slug):
    return types.SimpleNamespace(slug=slug, plan=PLAN)


def test_looks_by_stage_are_recorded_of_each_side_and_workload():
    found = steering.looks([part("this"), part("base")])
    assert list(found) == ["this", "base"]
    assert [list(one) for one in found.values()] == [["tiny", "medium"]] * 2
    assert all(one.by_stage and one.looks == 3 for of_one in found.values() for one in of_one.values())


def test_a_gate_that_does_not_extend_is_not_even_asked():
    store = types.SimpleNamespace(path="run")
    steered = types.SimpleNamespace(extends=False)
    assert Longer(store, (part("this"), part("base")), steered, None)() == ()


def test_a_gate_that_is_decided_gets_no_more():
    store = types.SimpleNamespace(path="run")
    steered = types.SimpleNamespace(extends=True, undecided=lambda run: ())
    assert Longer(store, (part("this"), part("base")), steered, None)() == ()
