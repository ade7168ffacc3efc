import numpy as np
import pytest

from profiler.tables import spec
from profiler.tables.shares import SHARES


def row(**changes):
    plain = {column.name: ["x"] if column.dtype == "string" else [0.5] for column in SHARES.columns}
    return {**plain, **changes}


@pytest.mark.parametrize("value", [-0.1, 1.1])
def test_a_share_is_a_fraction_of_one(value):
    with pytest.raises(ValueError, match="fraction"):
        spec.make(SHARES, **row(share=[value]))


def test_an_unknown_share_is_allowed_and_is_not_zero():
    made = spec.make(SHARES, **row(share=[float("nan")]))
    assert np.isnan(made.array("share")[0])
