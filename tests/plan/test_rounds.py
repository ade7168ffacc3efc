"""The processes of a sweep's rounds."""

from profiler.plan import rounds, sweep
from profiler.plan.request import Request
from profiler.plan.rounds import Part, Round

ASKED = sweep.request("tiny", Request(), rows=sweep.sizes("1,32,64", "rows"))


def made(*given, call_s=0.01):
    return list(rounds.processes(ASKED, given, lambda variant: call_s))


def test_each_process_of_a_round_holds_every_way_at_every_point():
    found = made(rounds.first_round(ASKED))
    assert [one.number for one in found] == [0, 1, 2]
    for process in found:
        timed = [one.variant for one in process.captures if one.instrument == rounds.WALL]
        assert timed == [ASKED.variant(size, way) for size in (1, 32, 64) for way in ASKED.ways()]


def test_what_runs_and_compute_are_looked_at_once_and_growth_never():
    first, *others = made(rounds.first_round(ASKED))
    traced = [one.variant for one in first.captures if one.instrument == rounds.TRACER]
    assert traced == [ASKED.variant(size, ("compiled", "predict")) for size in (1, 32, 64)]
    assert [one.variant for one in first.captures if one.inspect] == traced
    assert all(one.instrument == rounds.WALL and not one.inspect for two in others for one in two.captures)
    assert not any(one.reads_growth for one in (first, *others))


def test_further_rounds_are_numbered_on_so_that_no_capture_is_written_twice():
    again = Round((Part(32, (("compiled", "predict"),)),), 2, "why")
    found = made(rounds.first_round(ASKED), again, again)
    assert [one.number for one in found] == list(range(7))
    assert [one.replicate for one in found] == list(range(7))
    assert [len(one.captures) for one in found[3:]] == [1] * 4


def test_the_estimate_grows_with_the_calls():
    slow, quick = (made(rounds.first_round(ASKED), call_s=s)[1].estimate_s for s in (2.0, 0.01))
    assert slow > quick + 15 * 2.0


def test_the_plan_says_sizes_ways_and_time():
    text = rounds.describe(ASKED, (1, 32, 64), 80.0)
    assert "tiny by rows: first 3 processes, about 80 s" in text
    assert "rows: 1, 32, 64; in batches of 32 at most" in text
    assert "compiled/predict_on_batch" in text
