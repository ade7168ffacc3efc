"""Three values: true where the whole interval lies past the threshold, false on the other side, else open."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiler.comparison.gate import asking, judging
from profiler.comparison.gate.document import FAILS, OPEN, PASSES
from profiler.comparison.gate.expression import ExpressionError
from profiler.comparison.gate.found import Flag, Measured, Said
from profiler.comparison.runs import compare
from profiler.comparison.sides import Chosen
from profiler.protocol.errors import UsageError
from profiler.results import build
from tests import reference
from tests.comparison.gate.made_subjects import compared
from tests.comparison.made_sides import FAST, STEADY, of_two
from tests.fuzzing import examples
from tests.report import sample
from tests.report.made_run import COMPILED, ENVIRONMENT, medians, write


def holds(text, found):
    return judging.condition(asking.question(text).term, found).holds


@pytest.mark.parametrize(
    ("interval", "above", "at_least"),
    [
        ((21, 25), True, True),
        ((20, 25), None, True),
        ((15, 25), None, None),
        ((15, 20), False, None),
        ((15, 19), False, False),
        ((20, 20), False, True),
    ],
)
def test_an_ordering_needs_the_whole_interval(interval, above, at_least):
    found = Measured(20, interval)
    assert holds("ms > 20", found) is above
    assert holds("ms >= 20", found) is at_least
    mirrored = Measured(-20, (-interval[1], -interval[0]))
    assert holds("ms < -20", mirrored) is above
    assert holds("ms <= -20", mirrored) is at_least


@pytest.mark.parametrize(
    ("interval", "equal"),
    [((20, 20), True), ((19, 21), None), ((20, 21), None), ((21, 22), False), ((3, 3), False)],
)
def test_equality_of_a_measured_number_is_open_within_its_interval(interval, equal):
    assert holds("ms == 20", Measured(20, interval)) is equal
    assert holds("ms != 20", Measured(20, interval)) is (None if equal is None else not equal)


@pytest.mark.parametrize("found", [Measured(None, None, "lost"), Measured(30, None, "2 processes")])
def test_a_number_without_an_interval_is_open_with_the_reason(found):
    result = judging.condition(asking.question("ms > 20").term, found)
    assert (result.holds, result.reason, result.value) == (None, found.reason, found.value)


@pytest.mark.parametrize(
    ("text", "interval", "verdict", "outcome"),
    [
        ("slower > 5%", (0.06, 0.2), "differs", True),
        ("slower > 5%", (0.04, 0.2), "differs", None),
        ("slower > 5%", (-0.2, 0.04), "cannot tell", False),
        ("slower > 1%", (0.02, 0.04), "same", False),
        ("slower", (0.001, 0.04), "same", False),
        ("slower > 1%", (0.02, 0.04), "cannot tell", None),
        ("faster < 20%", (-0.01, 0.01), "same", True),
        ("faster < 20%", (-0.1, 0.1), "cannot tell", True),
        ("ratio > 2", (2.1, 3.0), "differs", True),
        ("ratio < 2", (0.99, 1.01), "same", True),
    ],
)
def test_a_difference_of_times_needs_the_verdict_too(text, interval, verdict, outcome):
    """That there is none, as faster < 20% says, follows from the interval alone."""
    assert holds(text, Measured(sum(interval) / 2, interval, None, verdict)) is outcome


@pytest.mark.parametrize("interval", [(0.06, 0.2), (-0.2, -0.1), (0.04, 0.06)])
def test_across_drift_nothing_is_known_wherever_the_interval_lies(interval):
    result = judging.condition(
        asking.question("slower > 5%").term, Measured(0.1, interval, None, "differs", "the drift between")
    )
    assert (result.holds, result.reason) == (None, "the drift between")


@pytest.mark.parametrize(
    ("text", "word", "outcome"),
    [
        ("verdict == differs", "differs", True),
        ("verdict == differs", "same", False),
        ("verdict == differs", "cannot tell", None),
        ("verdict != differs", "cannot tell", None),
        ("verdict != same", "differs", True),
        ("verdict == cannot_tell", "cannot tell", True),
        ("verdict != cannot_tell", "same", True),
        ("verdict == cannot_tell", "same", False),
    ],
)
def test_a_word_that_stands_for_not_knowing_is_told_from_itself_alone(text, word, outcome):
    assert holds(text, Said(word, "why", ("cannot tell",))) is outcome


def test_a_yes_or_no_is_what_it_is():
    assert [holds("grows", Flag(one, "why")) for one in (True, False, None)] == [True, False, None]


def evaluated(text, *values):
    """A gate on one subject whose conditions a, b, c are these."""
    asked = asking.question(text)
    left = iter(values)

    def replaced(term):
        if isinstance(term, asking.Asked):
            value = next(left)
            return judging._Term(None if value == "silent" else value, value != "silent", ())
        join = judging._all_of if isinstance(term, asking.Every) else judging._any_of
        return join([replaced(part) for part in term.parts], ())

    found = replaced(asked.term)
    return found.holds if found.spoken_of else "silent"


KLEENE = (True, None, False)


@pytest.mark.parametrize(("first", "second"), list(itertools.product(KLEENE, KLEENE)))
def test_and_and_or_follow_kleenes_rules(first, second):
    rank = {True: 2, None: 1, False: 0}
    either = {rank[value]: value for value in KLEENE}
    assert evaluated("ms > 1 and ms > 2", first, second) is either[min(rank[first], rank[second])]
    assert evaluated("ms > 1 or ms > 2", first, second) is either[max(rank[first], rank[second])]


@pytest.mark.parametrize(
    ("operator", "value", "outcome"),
    [
        ("or", True, True),
        ("or", None, None),
        ("or", False, False),
        ("or", "silent", "silent"),
        ("and", True, "silent"),
        ("and", None, "silent"),
        ("and", False, False),
    ],
)
def test_what_a_run_does_not_speak_of_decides_nothing(operator, value, outcome):
    for values in (("silent", value), (value, "silent")):
        assert evaluated(f"ms > 1 {operator} ms > 2", *values) == outcome


@pytest.mark.fuzz
@examples(300)
@given(
    st.floats(-1e6, 1e6),
    st.floats(0, 1e6),
    st.floats(-1e6, 1e6),
    st.sampled_from(["<", "<=", ">", ">=", "==", "!="]),
)
def test_no_condition_holds_that_a_value_of_the_interval_breaks(low, width, threshold, operator):
    high = low + width
    outcome = holds(f"ms {operator} {threshold!r}", Measured(low, (low, high)))
    within = {
        holds(f"ms {operator} {threshold!r}", Measured(x, (x, x))) for x in (low, (low + high) / 2, high)
    }
    assert outcome is None or within == {outcome}


def only(gate):
    (judgement,) = gate.judgements
    return judgement


def test_the_fast_way_beside_predict_fails(tmp_path):
    """`RUN:tiny/compiled/predict_on_batch/b32` against `RUN:tiny/compiled/predict/b32`."""
    run = of_two(tmp_path / "a")
    slower = compare(Chosen(run, FAST.id), Chosen(run, COMPILED.id))
    found = judging.judge_comparison(slower, ["slower > 5%"])
    assert (found.outcome, found.exit_code, only(found).name) == (
        FAILS,
        1,
        f"{COMPILED.id} against {FAST.id}",
    )
    faster = compare(Chosen(run, COMPILED.id), Chosen(run, FAST.id))
    assert judging.judge_comparison(faster, ["slower > 5%"]).exit_code == 0


def test_two_runs_of_one_sitting_each_are_open_however_far_apart(tmp_path):
    before, after = write(tmp_path / "a", STEADY), write(tmp_path / "b", [3 * ms for ms in STEADY])
    comparison = compare(Chosen(before), Chosen(after))
    found = judging.judge_comparison(comparison, ["slower > 5%"])
    assert (found.outcome, found.exit_code) == (OPEN, 4)
    (condition,) = only(found).conditions
    assert "nothing in them shows the drift between" in condition.reason
    assert judging.judge_comparison(comparison, ["slower > 5%"], "pass").exit_code == 0
    assert judging.judge_comparison(comparison, ["slower > 5%"], "fail").exit_code == 1
    assert judging.judge_comparison(comparison, ["ms > 100"]).exit_code == 1


@pytest.mark.parametrize("run", [reference.CURRENT, reference.SPANS], ids=lambda path: path.parent.name)
def test_a_run_beside_itself_never_fails(run):
    comparison = compare(Chosen(run), Chosen(run))
    for text in (
        "slower > 5%",
        "slower > 0 or faster > 0",
        "ratio < 2",
        "verdict == same",
        "share.make_iterator > 0.1",
        "graphs_traced_per_call > 0",
        "ms > 1",
        "presence.execute == present",
    ):
        found = judging.judge_comparison(comparison, [text])
        assert (found.outcome, found.exit_code) == (PASSES, 0), text
        assert all(one.note for one in found.judgements)


def test_each_variant_and_each_expression_is_judged_by_itself(tmp_path):
    found = judging.judge_report(build.build(of_two(tmp_path / "a")), ["ms > 20", "ms > 100"])
    outcomes = {(one.expression, one.subject): one.outcome for one in found.judgements}
    assert outcomes == {
        ("ms > 20", COMPILED.id): FAILS,
        ("ms > 20", FAST.id): PASSES,
        ("ms > 100", COMPILED.id): PASSES,
        ("ms > 100", FAST.id): PASSES,
    }
    assert found.exit_code == 1


def test_a_report_s_own_pairs_are_judged_by_what_is_of_two_sides(tmp_path):
    report = build.build(of_two(tmp_path / "a", factor=1.3))
    found = only(judging.judge_report(report, ["slower > 5% and entry_point == predict_on_batch"]))
    assert (found.outcome, found.subject, found.baseline) == (FAILS, FAST.id, COMPILED.id)


def test_a_variant_that_an_expression_says_nothing_of_is_left_with_the_reason():
    found = judging.judge_report(sample.report(), ["share.make_iterator.cprofile > 0.9"])
    assert {one.subject for one in found.left} == {
        f"{workload}/compiled/{entry}/b32"
        for workload in ("tiny", "medium")
        for entry in ("predict_on_batch", "call", "function")
    }
    assert found.outcome == OPEN


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("share.process_inputs > 5%", "this release has no process_inputs; data_adapter does its work"),
        ("grows", "what grows was not read"),
        ("share.execute.tfprofiler > 5%", "no share of execute was taken under tfprofiler"),
    ],
)
def test_what_speaks_of_nothing_is_no_silent_pass(text, says):
    report = build.build(reference.SPANS)
    with pytest.raises(UsageError, match="speaks of nothing in it") as caught:
        judging.judge_report(report, [text])
    assert says in str(caught.value)
    judging.judge_report(report, [f"{text} or ms > 1"])


def test_what_is_of_two_sides_in_a_run_of_one_variant_is_no_silent_pass(tmp_path):
    report = build.build(write(tmp_path / "a", STEADY))
    with pytest.raises(UsageError, match="it compares no two variants"):
        judging.judge_report(report, ["slower > 5%"])


def test_what_differs_around_two_runs_is_told(tmp_path):
    other = {**ENVIRONMENT, "keras": "3.11.0", "cpu": "Model B"}
    before, after = write(tmp_path / "a", STEADY), write(tmp_path / "b", STEADY, environment=other)
    found = judging.judge_comparison(compare(Chosen(before), Chosen(after)), ["slower > 5%"])
    assert found.warnings == (
        "the environments differ: keras 3.15.1 before, 3.11.0 after; cpu Model A before, Model B after",
    )
    assert "other machine: cpu" in only(found).conditions[0].reason
    assert judging.judge_comparison(compare(Chosen(after), Chosen(after)), ["slower > 5%"]).warnings == ()


def test_variants_of_one_side_are_named(tmp_path):
    comparison = compare(Chosen(of_two(tmp_path / "a")), Chosen(write(tmp_path / "b", STEADY)))
    found = judging.judge_comparison(comparison, ["ms > 20"])
    assert [one.reason for one in found.left] == ["it is in the first run only"]


def test_a_typo_is_an_error_before_anything_is_judged():
    with pytest.raises(ExpressionError, match="did you mean slower"):
        judging.judge_report(sample.report(), ["ms > 20", "slwer > 5%"])


def test_the_numbers_of_a_condition_are_told():
    asked = asking.question("slower > 5%").term
    found = judging.condition(asked, asked.named.quantity.read(compared(), ()))
    assert (found.condition, found.unit, found.word) == ("slower > 5%", "fraction", None)
    assert found.value == pytest.approx(0.1) and found.interval == pytest.approx((0.08, 0.12))


@pytest.mark.simulation
def test_twenty_comparisons_within_a_run_of_equal_variants_fail_no_gate(tmp_path):
    for number in range(20):
        run = write(tmp_path / str(number), {COMPILED: medians(2 * number), FAST: medians(2 * number + 1)})
        found = judging.judge_comparison(
            compare(Chosen(run, COMPILED.id), Chosen(run, FAST.id)), ["slower > 5%"]
        )
        assert found.outcome != FAILS
