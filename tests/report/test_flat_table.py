"""The long table holds every number of the report, and no spreadsheet takes a name for a formula."""

import csv
import dataclasses
import io

import pandas as pd
import pytest

from profiler.report import build, flat_table
from tests import reference
from tests.report import sample


@pytest.fixture(scope="module")
def report():
    return build.build(reference.CURRENT)


@pytest.fixture(scope="module")
def frame(report):
    return pd.read_csv(io.StringIO(flat_table.to_csv(report)))


def only(frame, **wanted):
    for name, value in wanted.items():
        frame = frame[frame[name] == value] if value is not None else frame[frame[name].isna()]
    assert len(frame) == 1, wanted
    return frame.iloc[0]


def test_shares_come_back_as_they_are_in_the_report(report, frame):
    for variant in report.variants:
        for internal in variant.internals:
            for name, measure in internal.measures.items():
                row = only(
                    frame, variant=variant.id, quantity="share", subject=internal.internal, instrument=name
                )
                if measure.share is None:
                    assert pd.isna(row["value"])
                    assert row["note"]
                else:
                    assert (row["value"], row["note"]) == (measure.share, internal.presence)


def test_latencies_and_ratios_come_back_with_their_intervals(report, frame):
    for variant in report.variants:
        row = only(frame, variant=variant.id, quantity="median_ms")
        assert (row["value"], row["interval_low"], row["interval_high"]) == (
            variant.latency_ms.median,
            *variant.latency_ms.interval,
        )
    (comparison,) = report.comparisons
    row = only(frame, quantity="ratio", subject=comparison.baseline)
    assert (row["value"], row["note"]) == (comparison.ratio, comparison.verdict)


def test_phases_sum_to_one_in_the_table_too(frame):
    phases = frame[frame["quantity"] == "phase_share"]
    assert phases.groupby(["variant", "instrument"])["value"].sum().to_numpy() == pytest.approx(1)


def test_the_header_names_the_declared_columns(report):
    assert next(csv.reader(io.StringIO(flat_table.to_csv(report)))) == list(flat_table.Row._fields)


def test_text_that_looks_like_a_formula_gets_an_apostrophe():
    report = sample.report()
    variant = dataclasses.replace(report.variants[0], latency_ms=None, reason='=HYPERLINK("x"),1')
    text = flat_table.to_csv(dataclasses.replace(report, variants=(variant,)))
    notes = [row[-1] for row in csv.reader(io.StringIO(text))]
    assert '\'=HYPERLINK("x"),1' in notes
