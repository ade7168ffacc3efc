"""The tables of someone else's file hold fractions."""

import pytest

from profiler.tables import spec
from profiler.tables.foreign import FOREIGN_CALLS


def row(share):
    text = {"host": [""], "entry_point": ["predict"], "site_path": ["a.py"], "site_name": ["main"]}
    return {**text, "calls": [1.0], "seconds": [1.0], "share": [share], "site_line": [1], "site_calls": [1.0]}


def test_an_unknown_share_is_nan():
    assert len(spec.make(FOREIGN_CALLS, **row(float("nan")))) == 1


@pytest.mark.parametrize("share", [-0.1, 1.5])
def test_a_share_is_a_fraction(share):
    with pytest.raises(ValueError, match=r"share .* is no fraction of 1"):
        spec.make(FOREIGN_CALLS, **row(share))
