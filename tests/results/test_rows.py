"""Rows of the public tables, from a report."""

import math

from profiler.results import rows
from profiler.results.growth import QUANTITIES
from tests.report import grown, sample


def test_what_grows_has_a_row_for_each_quantity_that_was_read():
    frame = rows.growth(sample.report()).to_frame()
    own = frame[frame["variant"] == "tiny/compiled/predict/b32"].set_index("quantity")
    assert set(own.index) == {one.name for one in QUANTITIES} - {"used_bytes"}
    resident = own.loc["resident_bytes"]
    assert (resident["value"], resident["unit"], resident["verdict"]) == (2 * grown.KIB, "B", "steady")
    assert (resident["interval_low"], resident["interval_high"]) == (grown.KIB, 3 * grown.KIB)


def test_a_share_without_an_interval_and_an_internal_without_a_measure_are_nan():
    frame = rows.shares(sample.report()).to_frame()
    own = frame[frame["variant"] == "tiny/compiled/predict/b32"].set_index("internal")
    assert own.loc["execute", "share"] == 0.021 and math.isnan(own.loc["execute", "interval_low"])
    assert own.loc["autograph", "instrument"] == "" and math.isnan(own.loc["autograph", "share"])
