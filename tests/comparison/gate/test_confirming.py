"""What two measurements of a gate come to together."""

import pytest

from profiler.comparison.gate.confirming import confirmed
from profiler.comparison.gate.document import FAILS, OPEN, PASSES, Gate, Judgement


def gate(run, **outcomes):
    judgements = [Judgement("slower > 5%", name, "here", None, word, ()) for name, word in outcomes.items()]
    return Gate(run, None, None, tuple(judgements))


@pytest.mark.parametrize(
    ("first", "again", "word"),
    [
        (FAILS, FAILS, FAILS),
        (FAILS, PASSES, PASSES),
        (FAILS, OPEN, OPEN),
        (PASSES, FAILS, PASSES),
        (OPEN, FAILS, OPEN),
        (OPEN, PASSES, PASSES),
        (PASSES, OPEN, OPEN),
    ],
)
def test_only_what_fails_each_time_fails(first, again, word):
    found = confirmed(gate("one", a=first), gate("two", a=again))
    (judgement,) = found.judgements
    assert (found.run, judgement.outcome) == ("two", word)
    assert (judgement.note is None) == ((first == FAILS) == (again == FAILS))


def test_two_variants_that_fail_once_each_do_not_confirm_each_other():
    found = confirmed(gate("one", a=FAILS, b=PASSES), gate("two", a=PASSES, b=FAILS))
    assert found.outcome == PASSES
    assert [one.note.partition(":")[2] for one in found.judgements] == [
        " it failed in one, and not when it was measured again: it does not count as failing",
        " it failed when it was measured again, and not in one: it does not count as failing",
    ]
