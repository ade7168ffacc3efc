"""Errors of the API in the command line's words."""

import pytest

from profiler.cli import flags
from profiler.plan.request import OPTIONS
from profiler.protocol.errors import OptionError, UsageError
from profiler.protocol.options import option


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (OptionError("smallest_effect", 2, "must be below 1"), "--smallest-effect 2: must be below 1"),
        (OptionError("batch_sizes", "1,1", "twice", "drop one"), "--batch-size 1,1: twice; drop one"),
        (OptionError("budget_s", None, "cannot be given here"), "--budget: cannot be given here"),
        (OptionError("of_no_field", 1, "is wrong"), "--of-no-field 1: is wrong"),
        (
            UsageError("is full", "place", f"choose another with {option('out')} or {option('budget_s', 2)}"),
            "place: is full; choose another with --out or --budget 2",
        ),
        (UsageError("no such", option("session", "a/b")), "--session a/b: no such"),
        (UsageError("no such thing", "place", "look elsewhere"), "place: no such thing; look elsewhere"),
    ],
)
def test_a_field_is_named_by_its_flag(error, line):
    assert flags.line(error) == line


def test_every_option_of_a_request_has_its_flag():
    assert {field: flags.flag(field) for field in OPTIONS} == {n: one.flag for n, one in OPTIONS.items()}
