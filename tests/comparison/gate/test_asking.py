"""Expressions against the names that there are: typos, unlike things, and slips of the hand."""

import pytest

from profiler.comparison.gate import asking, quantities
from profiler.comparison.gate.asking import Every, Some
from profiler.comparison.gate.expression import ExpressionError


def test_an_expression_becomes_what_can_be_judged():
    found = asking.question("ms > 20 and (grows or share.make_iterator.probes >= 20%)")
    assert isinstance(found.term, Every) and isinstance(found.term.parts[1], Some)
    first, (second, third) = found.term.parts[0], found.term.parts[1].parts
    assert (first.operator, first.threshold) == (">", 20.0)
    assert (second.operator, second.threshold, second.word) == (None, None, None)
    assert third.named.arguments == ("make_iterator", "probes") and third.threshold == pytest.approx(0.2)
    assert not found.compared


@pytest.mark.parametrize("text", ["slower > 5%", "ms > 2 or verdict == differs", "came.execute"])
def test_what_is_of_two_sides_is_told_apart(text):
    assert asking.question(text).compared


@pytest.mark.parametrize(
    "text", ["slower", "graphs_traced_per_call", "share_change.execute", "growth.objects"]
)
def test_a_name_alone_asks_whether_it_is_above_0(text):
    found = asking.question(text).term
    assert (found.operator, found.threshold, found.text) == (">", 0.0, text)


@pytest.mark.parametrize(
    ("text", "instruments"),
    [
        ("slower > 5% and grows or presence.execute == present and came.execute", set()),
        ("share.execute.probes > 5% or ms > 2", {"probes"}),
        ("entries.execute > 5", set(quantities.known("INSTRUMENT"))),
        ("share_change.execute > 5% and share.execute.probes > 2%", set(quantities.known("INSTRUMENT"))),
    ],
)
def test_what_must_be_read_of_shares_is_known_beforehand(text, instruments):
    assert asking.question(text).instruments == instruments


@pytest.mark.parametrize("word", ["cannot_tell", "'cannot tell'"])
def test_a_word_with_blanks_may_have_underscores(word):
    assert asking.question(f"verdict == {word}").term.word == "cannot tell"
    assert asking.question("workload == my_own").term.word == "my_own"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("slwer > 5%", "column 1: unknown name 'slwer': did you mean slower?"),
        ("ms > 20 and graph_traced_per_call > 0", "column 13: unknown name .* mean graphs_traced_per_call"),
        ("shares.make_iterator > 5%", "did you mean share.make_iterator"),
        ("zzzz > 5%", "unknown name 'zzzz': choose from slower, faster, ratio"),
        ("share.make_iterater > 5%", "unknown internal 'make_iterater': did you mean make_iterator"),
        ("share.execute.probs > 5%", "unknown instrument 'probs': did you mean probes"),
        ("share.execute.wall > 5%", "unknown instrument 'wall'"),
        ("grows.threds", "did you mean threads"),
        ("share > 5%", "share needs what it is of, like share."),
        ("ms.x > 5", "ms has no part 'x'"),
        ("ms == differs", "column 7: ms is a number; compare it with one, like ms > 20"),
        ("ms", "ms alone asks nothing; compare it, like ms > 20"),
        ("ratio", "ratio alone asks nothing; compare it, like ratio > 1.05"),
        ("verdict", "verdict is a word; compare it, like verdict == differs"),
        ("verdict > differs", "verdict is a word"),
        ("verdict == 5", "verdict is a word"),
        ("verdict == difers", "column 12: verdict is never 'difers': did you mean differs"),
        ("grows > 3", "grows is a yes or no; write grows alone"),
        ("ms > 5%", "column 6: ms is no fraction; leave out the %"),
        ("growth.objects > 5%", "growth.objects is no fraction"),
        ("share.execute > 20", "is a fraction of 1: 20 would be 2000 %; write 20% or 2000%"),
        ("slower > 5", "is a fraction of 1: 5 would be 500 %; write 5% or 500%"),
        ("growth.time > 5", "is a fraction of 1"),
        ("share.execute > 150%", "share.execute is never above 100 %"),
    ],
)
def test_what_nobody_can_answer_is_refused(text, says):
    with pytest.raises(ExpressionError, match=says):
        asking.question(text)


@pytest.mark.parametrize(
    ("text", "threshold"),
    [
        ("slower > 500%", 5.0),
        ("ratio > 105%", 1.05),
        ("growth.time > 5%", 0.05),
        ("share.execute >= 100%", 1.0),
    ],
)
def test_what_can_be_meant_is_taken_as_a_fraction(text, threshold):
    assert asking.question(text).term.threshold == pytest.approx(threshold)
