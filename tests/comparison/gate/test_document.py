"""What a gate ends with, and as JSON."""

import json
import math

import pytest

from profiler.comparison.gate.document import FAILS, OPEN, PASSES, ConditionResult, Gate, Judgement, Left

CONDITION = ConditionResult("ms > 20", True, 21.0, (20.5, 21.5), "ms", None, None)


def judgement(outcome, baseline=None, condition=CONDITION):
    return Judgement("ms > 20", "tiny/compiled/predict/b32", "env", baseline, outcome, (condition,))


def gate(*outcomes, cannot_tell=None):
    return Gate("run", None, cannot_tell, tuple(map(judgement, outcomes)))


@pytest.mark.parametrize(
    ("outcomes", "cannot_tell", "outcome", "code"),
    [
        ((), None, PASSES, 0),
        ((PASSES,), None, PASSES, 0),
        ((PASSES, OPEN), None, OPEN, 4),
        ((PASSES, OPEN), "pass", OPEN, 0),
        ((PASSES, OPEN), "fail", OPEN, 1),
        ((PASSES, OPEN, FAILS), None, FAILS, 1),
        ((OPEN, FAILS), "pass", FAILS, 1),
    ],
)
def test_one_that_fails_fails_all_and_one_that_is_open_counts_as_was_asked(
    outcomes, cannot_tell, outcome, code
):
    found = gate(*outcomes, cannot_tell=cannot_tell)
    assert (found.outcome, found.exit_code) == (outcome, code)


def test_a_baseline_of_the_same_name_is_not_named_twice():
    assert judgement(FAILS, "tiny/compiled/predict/b32").name == "tiny/compiled/predict/b32"
    assert judgement(FAILS, "other").name == "tiny/compiled/predict/b32 against other"


def test_the_json_has_its_schema_and_no_number_that_json_lacks():
    endless = ConditionResult("ratio > 2", None, math.inf, (0.0, math.inf), "ratio", None, None)
    made = Gate("run", "before", "pass", (judgement(OPEN, None, endless),), (Left(None, "x", "why"),))
    found = json.loads(json.dumps(made.to_json(), allow_nan=False))
    assert (found["schema"], found["outcome"], found["exit_code"]) == ("kprof.gate/1", "cannot tell", 0)
    (condition,) = found["judgements"][0]["conditions"]
    assert (condition["value"], condition["interval"]) == (None, [0.0, None])
    assert found["left"] == [{"expression": None, "subject": "x", "reason": "why"}]
