"""Errors of the API in the command line's words."""

import dataclasses
from dataclasses import field

import pytest

from profiler.cli import flags
from profiler.plan import request
from profiler.protocol.errors import OptionError, UsageError


@pytest.fixture
def named(monkeypatch):
    """A request with a field whose flag has another name."""

    @dataclasses.dataclass
    class Request:
        smallest_effect: float = 0.05
        sizes: tuple[int, ...] = field(default=(), metadata={"flag": "--size"})

    monkeypatch.setattr(request, "Request", Request)


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (OptionError("smallest_effect", 2, "must be below 1"), "--smallest-effect 2: must be below 1"),
        (OptionError("sizes", "1,1", "named twice", "drop one"), "--size 1,1: named twice; drop one"),
        (OptionError("sizes", None, "cannot be given here"), "--size: cannot be given here"),
        (UsageError("no such thing", "place", "look elsewhere"), "place: no such thing; look elsewhere"),
    ],
)
def test_a_field_is_named_by_its_flag(named, error, line):
    assert flags.line(error) == line
