import pytest

from profiler.collect import blocks
from profiler.plan import processes as plan
from profiler.plan import request
from profiler.plan.estimate import START_S, CallCost
from profiler.plan.request import Request
from profiler.statistics.intervals import PROCESSES_NEEDED


def ids(made, instrument=None):
    return [
        entry.variant.id
        for process in made.processes
        for entry in process.captures
        if instrument in (None, entry.instrument)
    ]


def test_the_default_run_measures_predict_under_every_instrument_in_both_states():
    made = plan.make(Request())
    for workload in ("tiny", "medium"):
        for state in ("uncompiled", "compiled"):
            for instrument in ("wall", "probes", "cprofile", "tfprofiler"):
                assert f"{workload}/{state}/predict/b32" in ids(made, instrument)


def test_the_default_run_looks_at_the_other_entry_points_of_quick_calls_on_the_compiled_model_under_wall():
    made = plan.make(Request())
    assert {i for i in ids(made) if "/predict/" not in i} == {
        f"tiny/compiled/{e}/b32" for e in ("predict_on_batch", "call", "function")
    }
    for instrument in ("probes", "cprofile", "tfprofiler"):
        assert all("/predict/" in i for i in ids(made, instrument))


def test_the_default_run_takes_at_most_8_processes():
    assert len(plan.make(Request()).processes) <= 8


def test_what_does_not_interleave_follows_in_the_processes_from_the_second_on():
    made = plan.make(Request())
    for workload in ("tiny", "medium"):
        taken = [p.instruments for p in made.processes if p.workload == workload][:3]
        assert taken == [
            ("wall", "probes"),
            ("wall", "probes", "cprofile"),
            ("wall", "probes", "tfprofiler"),
        ]


def test_a_single_process_takes_everything():
    (made,) = plan.make(Request(("tiny",), processes=1)).processes
    assert made.instruments == ("wall", "probes", "cprofile", "tfprofiler")


def test_without_instruments_that_interleave_each_capture_has_its_own_process():
    made = plan.make(Request(("tiny",), instruments=("cprofile", "tfprofiler")))
    assert [len(p.captures) for p in made.processes] == [1, 1, 1, 1]


def test_the_default_run_is_estimated_at_about_five_minutes_at_most():
    assert plan.make(Request()).estimate_s < 305


def test_each_measured_predict_is_inspected_once():
    made = plan.make(Request())
    inspected = [e.variant.id for p in made.processes for e in p.captures if e.inspect]
    assert len(inspected) == len(set(inspected))
    assert {i for i in ids(made) if "/predict/" in i} <= set(inspected)


def test_growth_is_read_where_speed_is_measured_in_as_many_processes_as_an_interval_needs():
    made = plan.make(Request(workloads=("tiny",), processes=7))
    reading = [p.replicate for p in made.processes if p.reads_growth]
    assert reading == list(range(PROCESSES_NEEDED))
    assert all(p.measures_speed for p in made.processes if p.reads_growth)


def test_outputs_are_compared_in_the_first_process_that_measures_speed():
    made = plan.make(Request())
    comparing = [(p.workload, p.instrument, p.replicate) for p in made.processes if p.compares_outputs]
    assert comparing == [("tiny", "wall and probes", 0), ("medium", "wall and probes", 0)]


def test_an_input_in_batches_gives_the_variants_their_rows():
    made = plan.make(Request(model="m:f"), CallCost(0.1, 0.1, batch_size=8, rows=70))
    assert {(one.batch_size, one.rows) for one in made.variants} == {(8, 70)}


def test_compared_variants_share_their_wall_processes():
    for process in plan.make(Request(workloads=("tiny",), instruments=("wall",))).processes:
        states = {e.variant.compile_state for e in process.captures if e.variant.entry_point == "predict"}
        assert states == {"uncompiled", "compiled"}


def test_a_process_takes_one_capture_under_other_instruments():
    made = plan.make(Request(instruments=("cprofile",)))
    assert all(len(process.captures) == 1 for process in made.processes)


def test_the_budget_of_a_variant_is_shared_by_its_processes():
    made = plan.make(Request(workloads=("tiny",), processes=4, budget_s=2))
    budgets = [e.budget_s for p in made.processes for e in p.captures if e.instrument == "wall"]
    assert set(budgets) == {0.5}


@pytest.mark.parametrize("calls", [1, 3, 7, 10])
def test_given_calls_are_split_over_the_processes_without_losing_any(calls):
    made = plan.make(Request(workloads=("tiny",), calls=calls, instruments=("wall",)))
    got = [e.calls for p in made.processes for e in p.captures if e.variant.id == "tiny/compiled/predict/b32"]
    assert sum(got) == calls
    assert min(got) >= 1


def test_full_uses_the_studys_own_counts():
    made = plan.make(Request(full=True, instruments=("wall",)))
    for workload, calls in (("tiny", 1000), ("medium", 10)):
        for name in {one.id for one in made.variants if one.workload == workload}:
            assert sum(e.calls for p in made.processes for e in p.captures if e.variant.id == name) == calls


def test_named_choices_are_crossed():
    request = Request(
        workloads=("tiny",),
        compile_states=("compiled",),
        entry_points=("predict", "call"),
        batch_sizes=(1, 8),
        instruments=("wall",),
    )
    assert set(ids(plan.make(request))) == {
        f"tiny/compiled/{e}/b{b}" for e in ("predict", "call") for b in (1, 8)
    }


def test_one_call_is_one_batch_unless_rows_are_named():
    assert {v.rows for v in plan.make(Request(batch_sizes=(8,))).variants} == {8}
    assert {v.rows for v in plan.make(Request(rows=100)).variants} == {100}


def test_the_plan_names_every_variant_and_the_time():
    text = plan.make(Request()).describe()
    assert "about" in text.splitlines()[0]
    assert all(variant.id in text for variant in plan.make(Request()).variants)


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("folder/my-model.keras", "my_model"),
        ("package.module:factory", "factory"),
        ("tiny.h5", "given_tiny"),
        ("...", "model"),
    ],
)
def test_a_model_of_ones_own_gets_a_name_that_fits_an_id(model, name):
    assert plan.workload_name(model) == name


def test_a_slow_model_of_ones_own_gets_fewer_processes():
    slow = plan.make(Request(model="m.keras"), CallCost(2.0, 2.0, 8))
    assert max(p.replicate for p in slow.processes) + 1 == plan.PROCESSES_OF_SLOW_CALLS
    assert {variant.batch_size for variant in slow.variants} == {8}


def walls(made):
    return [process for process in made.processes if process.measures_speed]


@pytest.mark.parametrize(
    "request_", [Request(("tiny",), processes=5), Request(("tiny",), calls=50), Request(full=True)]
)
def test_a_number_that_was_asked_for_does_not_end_early(request_):
    assert plan.make(request_).stopping == {}
    assert " to " not in plan.make(request_).describe()


def test_without_a_pair_to_compare_nothing_ends_early():
    one = {"workloads": ("tiny",), "compile_states": ("compiled",)}
    assert plan.make(Request(**one, entry_points=("predict",))).stopping == {}
    assert plan.make(Request(**one, entry_points=("call", "function"))).stopping == {}


def test_all_that_the_report_compares_must_stand_where_every_process_measures_it():
    pairs = plan.make(Request(("tiny",))).stopping["tiny"].pairs
    assert {(a.id, b.id) for a, b in pairs} == {
        ("tiny/uncompiled/predict/b32", "tiny/compiled/predict/b32"),
        *(
            ("tiny/compiled/predict/b32", f"tiny/compiled/{e}/b32")
            for e in ("predict_on_batch", "call", "function")
        ),
    }
    slow = plan.make(Request(("medium",), budget_s=60)).stopping["medium"].pairs
    assert [b.entry_point for _, b in slow] == ["predict"]


def test_a_look_follows_each_process_from_the_third_that_an_interval_needs():
    assert plan.PROCESSES_OF_SLOW_CALLS == PROCESSES_NEEDED
    for budget_s, processes in ((8.0, 5), (24.0, 15), (1000.0, plan.MOST_PROCESSES)):
        made = plan.make(Request(("tiny",), budget_s=budget_s))
        assert len(walls(made)) == processes
        assert made.stopping["tiny"].looks == processes - PROCESSES_NEEDED + 1


def test_slow_calls_with_the_default_budget_take_the_three_processes_that_an_interval_needs():
    made = plan.make(Request(("medium",)))
    assert (len(walls(made)), made.stopping) == (3, {})


@pytest.mark.parametrize("budget_s", [2.0, 8.0, 24.0, 100.0])
def test_however_many_processes_there_are_a_variant_s_budget_is_shared_by_all(budget_s):
    spent = {}
    for process in walls(plan.make(Request(("tiny",), budget_s=budget_s))):
        for entry in process.captures:
            if entry.instrument in ("wall", "probes"):
                name = f"{entry.variant.id} {entry.instrument}"
                spent[name] = spent.get(name, 0.0) + entry.budget_s
    assert len(spent) == 7
    assert spent == pytest.approx(dict.fromkeys(spent, budget_s))


def test_the_plan_says_the_fewest_and_the_most_and_estimates_the_most():
    made = plan.make(Request(("tiny",)))
    first, why, *lines = made.describe().splitlines()
    assert first.startswith("Plan: 3 to 5 processes, at most about ")
    assert "verdict" in why
    kinds = [line.partition(", ")[0] if "wall and" in line else line.rpartition(",")[0] for line in lines]
    assert [kind for kind in kinds if kind.startswith("  tiny ")] == [
        "  tiny under wall and probes: 1 to 3 processes",
        "  tiny under wall, probes and cprofile: 1 process",
        "  tiny under wall, probes and tfprofiler: 1 process",
    ]
    assert made.estimate_s == START_S + sum(process.estimate_s for process in made.processes)


@pytest.mark.parametrize(
    ("workload", "budget_s", "too_small"),
    [("medium", 3.0, False), ("tiny", 0.3, True), ("tiny", 0.5, False)],
)
def test_a_budget_below_one_block_in_each_process_is_said_before_anything_is_measured(
    workload, budget_s, too_small
):
    made = plan.make(Request((workload,), budget_s=budget_s))
    assert len(made.notes) == too_small
    assert ("give more budget" in made.describe()) == too_small


def test_slow_calls_come_in_pairs_of_wall_and_probes_whatever_the_budget():
    made = plan.make(Request(("medium",), budget_s=1.0))
    calls = {}
    for entry in (e for p in walls(made) for e in p.captures):
        calls.setdefault(entry.instrument, set()).add(entry.calls)
    pairs = {plan.PAIRS_OF_SLOW_CALLS}
    assert calls == {"wall": pairs, "probes": pairs, "cprofile": {1}, "tfprofiler": {1}}


def test_a_capture_under_probes_lies_beside_that_under_wall_in_one_process():
    for process in walls(plan.make(Request())):
        together = [e for e in process.captures if e.instrument in ("wall", "probes")]
        kinds = [(e.variant.id, e.instrument) for e in together if e.variant.entry_point == "predict"]
        assert kinds[0::2] == [(name, "wall") for name, _ in kinds[1::2]]
        assert {instrument for _, instrument in kinds[1::2]} == {"probes"}
        assert process.label.startswith(f"{process.workload} wall")


def test_a_larger_budget_gives_slow_calls_more_processes():
    assert [len(walls(plan.make(Request(("medium",), budget_s=b)))) for b in (8.0, 60.0)] == [3, 6]


def test_a_workload_may_be_timed_until_its_verdicts_stand_or_a_time_has_passed():
    made = plan.make(Request(("medium",), longest_s=600.0))
    assert 5 < len(walls(made)) < plan.MOST_PROCESSES
    assert made.stopping["medium"].longest_s == 600.0
    assert sum(process.estimate_s for process in walls(made)[1:]) < 600
    assert len(walls(plan.make(Request(("medium",), longest_s=1.0)))) == plan.PROCESSES_OF_SLOW_CALLS


def test_without_wall_one_process_has_the_whole_budget():
    assert plan.make(Request(("tiny",), budget_s=0.2, instruments=("cprofile",))).notes == ()
    assert plan.make(Request(("tiny",), budget_s=0.02, instruments=("cprofile",))).notes


def test_given_calls_need_no_budget():
    assert plan.make(Request(("medium",), budget_s=0.001, calls=3)).notes == ()


@pytest.mark.parametrize("request_", [Request(("tiny",), processes=2), Request(("tiny",), calls=1)])
def test_too_few_processes_for_an_interval_are_said(request_):
    (note,) = plan.make(request_).notes
    assert "an interval needs 3 processes" in note


def test_a_block_is_as_long_as_the_worker_s():
    assert plan.BLOCK_S * 1e9 == blocks.BLOCK_NS


@pytest.mark.parametrize("options", [{"calls": 1000}, {"full": True}])
def test_the_tensorflow_profiler_is_estimated_and_announced_with_the_calls_that_it_takes(options):
    made = plan.make(Request(("tiny",), instruments=("tfprofiler",), **options))
    few = plan.make(Request(("tiny",), instruments=("tfprofiler",), calls=20))
    assert made.estimate_s == few.estimate_s
    assert "note: tiny: tfprofiler takes 20 of the 1000 calls" in made.describe()
    assert few.notes == ()


def test_fewer_processes_than_were_asked_for_are_announced():
    made = plan.make(Request(("tiny",), instruments=("wall",), processes=5, calls=2))
    assert len(made.processes) == 2
    assert "note: tiny: 2 processes instead of 5, since each makes a call at least" in made.describe()
    assert plan.make(Request(("tiny",), instruments=("wall",), processes=5, calls=5)).notes == ()


def test_the_plan_names_the_cores_that_may_be_used(monkeypatch):
    monkeypatch.setattr(plan, "affinity", lambda: {0, 1, 2})
    assert plan.make(Request(("tiny",))).describe().splitlines()[0].endswith(" on 3 cores")
    pinned = Request(("tiny",), pin=tuple(sorted(request.affinity()))[:1])
    assert plan.make(pinned).cores == (1 if pinned.pin else 3)


def test_an_instrument_that_is_not_part_of_the_default_run_is_measured_where_it_is_asked_for():
    def instruments(*names):
        made = plan.make(Request(("tiny",), instruments=names))
        return {name for process in made.processes for name in process.instruments}

    assert "probes_trace" not in instruments()
    assert instruments("probes_trace") == {"probes_trace"}
