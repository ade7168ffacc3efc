"""Comma-separated values that a spreadsheet takes for what they are."""

import csv
import io

import pytest

from profiler.report.blocks import Records
from tests.report import drawing


class Shown:
    """A page of some records."""

    def __init__(self, *rows):
        self._rows = rows

    def records(self):
        return Records(("a", "b"), self._rows)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_text_that_looks_like_a_formula_gets_an_apostrophe(start):
    reason = f'{start}HYPERLINK("x"),1'
    rows = list(csv.reader(io.StringIO(drawing.csv(Shown((reason, -1.5))), newline="")))
    assert rows == [["a", "b"], [f"'{reason}", "-1.5"]]


def test_what_is_not_known_is_empty_and_numbers_keep_every_digit():
    assert drawing.csv(Shown((None, 1 / 3))) == f"a,b\r\n,{1 / 3!r}\r\n"
