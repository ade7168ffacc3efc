"""Values of the command line, and what is said of a wrong one."""

import click
import pytest

from profiler.cli.values import Name, Names, Numbers, Share, Words
from profiler.protocol.errors import UsageError

FRUIT = ("apple", "pear")
OPTION = click.Option(["--number"])


def test_a_name_is_one_of_those_that_are_known():
    assert Name("fruit", FRUIT).convert("pear", None, None) == "pear"
    with pytest.raises(UsageError, match=r"^unknown fruit 'peer': did you mean pear\?$"):
        Name("fruit", FRUIT).convert("peer", None, None)


def test_names_are_separated_by_commas_and_each_is_known():
    assert Names("fruit", FRUIT).convert("pear, apple", None, None) == ("pear", "apple")
    with pytest.raises(UsageError, match="unknown fruit 'x'"):
        Names("fruit", FRUIT).convert("pear,x", None, None)
    with pytest.raises(UsageError, match="unknown fruit ''"):
        Names("fruit", FRUIT).convert("pear,", None, None)


@pytest.mark.parametrize("kind", [Words(), Names("fruit", FRUIT), Numbers()])
def test_a_default_stays_as_it_is(kind):
    assert kind.convert((), None, None) == ()


def test_words_may_be_any():
    assert Words().convert("2.0.0, installed", None, None) == ("2.0.0", "installed")


def test_numbers_are_whole():
    assert Numbers().convert("1, 32", None, None) == (1, 32)
    with pytest.raises(UsageError, match=r"^--number 1,x: give whole numbers, like 32 or 1,32,256$"):
        Numbers().convert("1,x", OPTION, None)


@pytest.mark.parametrize(
    ("text", "share"), [("2%", 0.02), ("0.02", 0.02), (".5", 0.5), ("100 %", 1.0), ("0", 0.0)]
)
def test_a_share_is_a_fraction_or_in_per_cent(text, share):
    assert Share().convert(text, None, None) == share


@pytest.mark.parametrize("text", ["two", "200%", "-1", "1.5", "", "nan"])
def test_what_is_no_share_is_refused(text):
    with pytest.raises(UsageError, match=r"^--number .*: give a share of the call, like 2% or 0\.02$"):
        Share().convert(text, OPTION, None)
