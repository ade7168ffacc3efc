"""What stands beside the phases of a predict."""

import dataclasses

from profiler.report.pages import beyond
from profiler.results.document import Collections
from tests.report import sample
from tests.report.grown import BEYOND


def rows(*found):
    """Return the rows of the wide and of the narrow table of one variant each."""
    variants = tuple(
        dataclasses.replace(one, beyond=own)
        for one, own in zip(sample.report().variants, found, strict=False)
    )
    _, table = beyond.blocks(variants, "")
    return [[row.cells for row in layout.rows] for layout in table.layouts]


def test_each_part_of_the_time_is_named():
    wide, narrow = rows(BEYOND, BEYOND)
    assert [cells[1] for cells in wide] == [
        "1.6 a call, 0.5 %",
        "303 objects, 0.440 ms, 0.6 %",
        "1.50 us, <0.1 %",
    ]
    assert [cells[2] for cells in narrow] == ["0.5 %", "0.6 %", "<0.1 %"]


def test_collections_of_unknown_time_are_named():
    unknown = dataclasses.replace(
        BEYOND, collections=(Collections(0, 1.0, 0.1), Collections(1, 0.5, None)), collections_share=None
    )
    wide, narrow = rows(unknown)
    assert wide[0][1] == "1.5 a call, time of generation 1 unknown"
    assert narrow[0][1] == "-"


def test_what_is_not_known_is_no_number():
    wide, narrow = rows(
        dataclasses.replace(BEYOND, collections=(), collections_share=None, later=None, between_us=None)
    )
    assert [cells[1] for cells in wide] == ["-", "-", "-"]
    assert [cells[1] for cells in narrow][:2] == ["-", "-"]


def test_runs_that_recorded_nothing_have_no_such_table():
    without = tuple(dataclasses.replace(one, beyond=None) for one in sample.report().variants)
    assert list(beyond.blocks(without, "")) == []
