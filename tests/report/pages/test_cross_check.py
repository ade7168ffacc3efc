"""Instruments side by side: whom to believe, and where the others contradict it."""

import dataclasses

from profiler.report.pages import cross_check
from profiler.results.document import InternalShare
from tests.report import sample

SHARES = {"data_adapter": 0.5, "make_iterator": 0.4, "execute": 0.02}


def variants(**shares):
    """Return tiny's predict in both states, with the shares of each instrument by internal."""
    found = [
        one for one in sample.report().variants if one.workload == "tiny" and one.entry_point == "predict"
    ]
    return tuple(
        dataclasses.replace(
            one,
            internals=tuple(
                dataclasses.replace(
                    internal,
                    measures={
                        name: InternalShare(known[internal.internal], None, 1.0)
                        for name, known in shares.items()
                        if internal.internal in known
                    },
                )
                for internal in one.internals
            ),
        )
        for one in found
    )


def table(*made):
    _, found = cross_check.blocks(made, "")
    return found


def row(layout, name):
    return next(one.cells for one in layout.rows if one.cells[0] == name)


def test_probes_come_first_and_what_differs_from_them_is_marked():
    others = {**SHARES, "make_iterator": 0.3}
    wide = table(*variants(cprofile=others, probes=SHARES)).layouts[0]
    assert [column.header for column in wide.columns] == [
        "internal",
        "uncompiled, probes",
        "cprofile",
        "compiled, probes",
        "cprofile",
    ]
    assert row(wide, "make_iterator")[1:3] == ("40.0 %", "30.0 % *")
    assert row(wide, "data_adapter")[1:3] == ("50.0 %", "50.0 %")
    assert "believe probes" in wide.notes[0]


def test_without_probes_the_exact_tree_is_believed():
    wide = table(*variants(cprofile={**SHARES, "make_iterator": 0.3}, tfprofiler=SHARES)).layouts[0]
    assert "believe tfprofiler" in wide.notes[0]


def test_instruments_that_agree_need_no_note():
    assert table(*variants(cprofile=SHARES, probes=SHARES)).layouts[0].notes == ()


def test_what_one_does_not_know_is_a_dash():
    some = {name: share for name, share in SHARES.items() if name != "execute"}
    wide = table(*variants(cprofile=some, probes=SHARES)).layouts[0]
    assert row(wide, "execute")[1:3] == ("2.0 %", "-")


def test_one_instrument_alone_has_nothing_beside_it():
    assert list(cross_check.blocks(variants(probes=SHARES), "")) == []


def test_a_narrow_window_shows_one_state():
    layouts = table(*variants(cprofile=SHARES, probes=SHARES)).layouts
    assert [len(layout.columns) for layout in layouts] == [5, 3]
