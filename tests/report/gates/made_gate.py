"""A gate of which one variant fails, one passes and one is open."""

from profiler.comparison.gate.document import FAILS, OPEN, PASSES, ConditionResult, Gate, Judgement, Left

FAST = "tiny/compiled/predict_on_batch/b32"


def gate(cannot_tell=None, name="tiny/compiled/predict/b32", why="the interval holds the threshold"):
    over = ConditionResult("slower > 5%", True, 0.12, (0.1, 0.14), "fraction", None, None)
    under = ConditionResult("slower > 5%", False, 0.0, (0.0, 0.0), "fraction", None, None)
    unsure = ConditionResult("slower > 5%", None, 0.06, (0.01, 0.11), "fraction", None, why)
    verdict = ConditionResult("verdict == differs", True, None, None, "", "differs", None)
    return Gate(
        "after",
        "before",
        cannot_tell,
        (
            Judgement("slower > 5%", FAST, "env", FAST, PASSES, (under,), "both are one measurement"),
            Judgement("slower > 5% and verdict == differs", name, "env", name, FAILS, (over, verdict)),
            Judgement("slower > 5%", name, "env", FAST, OPEN, (unsure,)),
        ),
        (Left("grows", name, "what grows was not read"), Left(None, "env:x", "it is in the first run only")),
    )
