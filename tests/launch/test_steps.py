import types

from profiler.launch import steps
from profiler.plan import processes
from profiler.plan.request import Request

PLAN = processes.make(Request(("tiny",), instruments=("wall",), processes=3))


def part(slug, plan=PLAN):
    return types.SimpleNamespace(slug=slug, plan=plan)


def taken(found):
    return [(task.part.slug, task.process.number) for step in found for task in step.tasks]


def test_one_environment_keeps_the_order_of_its_plan():
    assert taken(steps.alone(part("a"))) == [("a", 0), ("a", 1), ("a", 2)]


def test_rounds_hold_one_process_of_each_environment_in_an_order_that_the_seed_gives():
    parts = [part("a"), part("b"), part("c")]
    found = taken(steps.in_rounds(parts, 5))
    assert [sorted(found[i : i + 3]) for i in (0, 3, 6)] == [[(s, n) for s in "abc"] for n in range(3)]
    assert taken(steps.in_rounds(parts, 5)) == found
    firsts = {taken(steps.in_rounds(parts, seed))[0] for seed in range(20)}
    assert firsts == {("a", 0), ("b", 0), ("c", 0)}


def test_an_environment_with_fewer_processes_sits_the_last_rounds_out():
    short = processes.make(Request(("tiny",), instruments=("wall",), processes=1))
    found = taken(steps.in_rounds([part("a"), part("b", short)], 1))
    assert sorted(found[:2]) == [("a", 0), ("b", 0)]
    assert found[2:] == [("a", 1), ("a", 2)]


def test_sides_take_their_processes_in_pairs():
    found = steps.in_turn(part("this"), part("base"))
    assert taken(found) == [(slug, number) for number in range(3) for slug in ("this", "base")]
    assert [step.number for step in found] == [0, 1, 2]
    assert found[0].estimate_s == 2 * PLAN.processes[0].estimate_s
    label = PLAN.processes[0].label
    assert found[0].label(of_several=True) == f"{label}, both sides in turn"
    assert steps.alone(part("a"))[0].label(of_several=True) == f"a {label}"
    assert steps.alone(part("a"))[0].label(of_several=False) == label
