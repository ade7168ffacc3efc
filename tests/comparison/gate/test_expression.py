"""The language: what it reads, where it says that something is wrong, and that it never breaks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiler.comparison.gate.expression import (
    DEEPEST,
    LONGEST,
    AllOf,
    AnyOf,
    Condition,
    Expression,
    ExpressionError,
    Number,
    Word,
    parse,
)
from profiler.protocol.errors import EXIT_USAGE, UsageError
from tests.fuzzing import examples


def only(text):
    (found,) = parse(text).conditions()
    return found


@pytest.mark.parametrize(
    ("text", "value", "percent"),
    [
        ("slower > 5%", 0.05, True),
        ("slower > 5 %", 0.05, True),
        ("slower>.5", 0.5, False),
        ("slower > -2.5e1%", -0.25, True),
        ("slower > +3.", 3.0, False),
    ],
)
def test_a_number_and_a_percentage_are_read(text, value, percent):
    found = only(text)
    assert (found.name, found.operator, found.value.percent) == ("slower", ">", percent)
    assert found.value.value == pytest.approx(value)


@pytest.mark.parametrize("operator", ["<", "<=", ">", ">=", "==", "!="])
def test_each_operator_is_read(operator):
    assert only(f"ms {operator} 20").operator == operator


def test_a_name_alone_is_a_condition():
    assert only(" grows ") == Condition("grows", None, None, 2, "grows")


@pytest.mark.parametrize("text", ["differs", "'differs'", '"differs"'])
def test_a_word_may_stand_in_quotes(text):
    assert only(f"verdict == {text}").value == Word("differs", 12)
    assert only("presence.execute == 'not called'").value.text == "not called"


def test_and_binds_closer_than_or_and_parentheses_bind_closest():
    a, b, c = (only(f"{' ' * place}{name}") for place, name in ((0, "a"), (5, "b"), (11, "c")))
    assert parse("a or b and c").term == AnyOf((a, AllOf((b, c))))
    assert isinstance(parse("(a or b) and c").term, AllOf)
    assert parse("((a))").term.name == "a"


def test_conditions_come_from_left_to_right_as_they_were_written():
    found = parse("ms  >20 and (grows or share.execute.probes<=  7 %)")
    assert [one.text for one in found.conditions()] == ["ms > 20", "grows", "share.execute.probes <= 7 %"]


@pytest.mark.parametrize(
    ("text", "column", "says"),
    [
        ("", 1, "it ends where a name is needed"),
        ("   ", 4, "it ends where a name is needed"),
        ("slower >", 9, "a number or a word is needed after >"),
        ("slower > > 5%", 10, "a number or a word is needed"),
        ("5% < slower", 1, "a name is needed, not '5%'"),
        ("slower > 5% and", 16, "it ends where a name is needed"),
        ("slower > 5% ms > 2", 13, "'ms' follows a whole condition"),
        ("1 < slower", 1, "a name is needed"),
        ("ms > 2 > 1", 8, "a condition has one operator"),
        ("(ms > 2", 8, "the parenthesis of column 1 is not closed here"),
        ("ms > 2)", 7, "')' follows a whole condition"),
        ("verdict = differs", 9, "'=' is no operator; write =="),
        ("grows && ms > 2", 7, "'&&' is no operator; write and"),
        ("grows || ms > 2", 7, "'||' is no operator; write or"),
        ("not grows", 1, "'not' is no part of the language"),
        ("ms > 20ms", 6, "'20ms' is no number; leave the unit out"),
        ("ms > 1e999", 6, "1e999 is larger than any number"),
        ("verdict == 'differs", 12, "the quote is not closed"),
        ("ms > 2 # no", 8, "'#' means nothing here"),
        ("__import__('os').system('true')", 17, "'.system' means nothing here"),
        ("exec(ms)", 5, "'(' follows a whole condition"),
        ("share. > 2", 1, "'share.' means nothing here"),
        ("é > 3", 1, "'é' means nothing here"),
    ],
)
def test_what_is_wrong_is_said_with_its_column(text, column, says):
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert caught.value.column == column
    assert f"column {column}: {says}" in str(caught.value)
    assert isinstance(caught.value, UsageError) and caught.value.exit_code == EXIT_USAGE


def test_what_is_too_long_or_too_deep_is_refused_and_not_printed_whole():
    with pytest.raises(ExpressionError, match=f"{LONGEST + 1} characters") as caught:
        parse("x" * (LONGEST + 1))
    assert len(str(caught.value)) < 200
    assert only(f"{'(' * DEEPEST}ms > 2{')' * DEEPEST}").name == "ms"
    with pytest.raises(ExpressionError, match="parentheses lie within each other"):
        parse(f"{'(' * (DEEPEST + 1)}ms > 2{')' * (DEEPEST + 1)}")


PIECES = st.sampled_from(
    [
        "slower",
        "share.execute",
        "grows",
        "and",
        "or",
        "not",
        "(",
        ")",
        "<",
        ">=",
        "==",
        "=",
        "5",
        "%",
        "5%",
        "'",
    ]
)


def reads(text):
    try:
        found = parse(text)
    except ExpressionError as error:
        assert 1 <= error.column <= len(text) + 1
        assert str(error)
        return
    assert isinstance(found, Expression) and list(found.conditions())
    for one in found.conditions():
        assert one.name and (one.operator is None) == (one.value is None)
        assert one.value is None or isinstance(one.value, Number | Word)


@pytest.mark.fuzz
@examples(500)
@given(st.text(max_size=300))
def test_no_text_breaks_it(text):
    reads(text)


@pytest.mark.fuzz
@examples(500)
@given(st.lists(PIECES, max_size=30), st.sampled_from(["", " "]))
def test_no_order_of_its_own_pieces_breaks_it(pieces, gap):
    reads(gap.join(pieces))


CONDITIONS = st.sampled_from(["ms > 2", "grows", "verdict == differs", "slower > 5%"])
EXPRESSIONS = st.recursive(
    CONDITIONS,
    lambda inner: st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(
        lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
    ),
    max_leaves=12,
)


@pytest.mark.fuzz
@examples(200)
@given(EXPRESSIONS)
def test_what_is_well_formed_is_read_whole(text):
    written = text.replace("(", " ").replace(")", " ").replace(" and ", "\n").replace(" or ", "\n")
    assert [one.text for one in parse(text).conditions()] == [line.strip() for line in written.splitlines()]
