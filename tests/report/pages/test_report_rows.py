"""The long table holds every number of the report."""

import csv
import dataclasses
import io
import json

import pandas as pd
import pytest

from profiler.report.pages import report_rows
from profiler.report.pages.report import page
from profiler.results import build
from profiler.results.document import InternalShare, Overhead
from tests import reference
from tests.report import drawing, sample


@pytest.fixture(scope="module")
def report():
    return build.build(reference.CURRENT)


@pytest.fixture(scope="module")
def frame(report):
    return pd.read_csv(io.StringIO(drawing.csv(page(report))))


def only(frame, **wanted):
    for name, value in wanted.items():
        frame = frame[frame[name] == value] if value is not None else frame[frame[name].isna()]
    assert len(frame) == 1, wanted
    return frame.iloc[0]


def exactly(expected):
    """What is written; pandas 2 reads the last digit of a number by its own rules."""
    return pytest.approx(expected, rel=1e-14)


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
                    assert row["value"] == exactly(measure.share)
                    assert row["note"] == internal.presence


def test_latencies_and_ratios_come_back_with_their_intervals(report, frame):
    for variant in report.variants:
        row = only(frame, variant=variant.id, quantity="median_ms")
        assert (row["interval_low"], row["interval_high"]) == exactly(variant.latency_ms.interval)
        assert row["value"] == exactly(variant.latency_ms.median)
    (comparison,) = report.comparisons
    row = only(frame, quantity="ratio", subject=comparison.baseline)
    assert row["value"] == exactly(comparison.ratio)
    assert row["note"] == comparison.verdict


def numbers(document):
    """Return each number that a report's JSON holds of its variants: key -> value and interval."""
    found = {}
    for variant in document["variants"]:
        of = (variant["environment"], variant["id"])

        def put(quantity, subject, instrument, value, interval=None, of=of):
            found[(*of, quantity, subject, instrument)] = (value, *(interval or (None, None)))

        latency = variant["latency_ms"] or {}
        put("median_ms", "", "wall", latency.get("median"), latency.get("interval"))
        if latency:
            put("p95_ms", "", "wall", latency["p95"], latency["p95_interval"])
            put("p99_ms", "", "wall", latency["p99"], latency["p99_interval"])
            put("first_call_ms", "", "wall", latency["first_call"])
        for quantity in ("graphs_traced_per_call", "iterators_per_call"):
            put(quantity, "", "wall", variant[quantity])
        for name, one in variant["perturbation"].items():
            put("perturbation", "", name, one["ratio"], one["interval"])
        for internal in variant["internals"]:
            for name, one in internal["measures"].items():
                put("share", internal["internal"], name, one["share"], one["interval"])
                put("calls_per_call", internal["internal"], name, one["calls_per_call"])
        for name, phases in variant["phases"].items():
            for phase, share in phases.items():
                put("phase_share", phase, name, share)
        for name, share in variant["compute"].items():
            put("compute_share", "", name, share)
        for quantity, value, interval in grown(variant):
            put(quantity, "", "wall", value, interval)
    for one in document["comparisons"]:
        candidate = tuple(one["candidate"].split(":", 1))
        found[(*candidate, "ratio", one["baseline"], "wall")] = (
            one["ratio"],
            *(one["interval"] or (None,) * 2),
        )
    return found


def grown(variant):
    """Yield what grows and what lies beyond the calls: quantity, value, interval."""
    for quantity, one in (variant["growth"] or {}).items():
        if isinstance(one, dict) and "verdict" in one:
            yield quantity, one["value"], one["interval"]
    beyond = variant["beyond"]
    if beyond:
        yield "collections_share", beyond["collections_share"], None
        yield "later_collection_ms_per_call", beyond["later"]["ms_per_call"], None
        yield "between_us", beyond["between_us"], None


def with_intervals():
    """Return a report in which a variant has every number and every interval, all different."""
    report = sample.report()
    number, chosen = next((n, one) for n, one in enumerate(report.variants) if one.internals)
    latency = dataclasses.replace(
        chosen.latency_ms, interval=(0.1, 0.2), p95_interval=(0.3, 1 / 3), p99_interval=(0.5, 2 / 3)
    )
    first = dataclasses.replace(
        chosen.internals[0], measures={"cprofile": InternalShare(0.6, (0.55, 0.65), calls_per_call=7.0)}
    )
    full = dataclasses.replace(
        chosen,
        latency_ms=latency,
        perturbation={"cprofile": Overhead(1.25, (1.1, 1.4))},
        internals=(first, *chosen.internals[1:]),
    )
    variants = (*report.variants[:number], full, *report.variants[number + 1 :])
    return dataclasses.replace(report, variants=variants)


@pytest.mark.parametrize(
    "report",
    [
        lambda: build.build(reference.CURRENT),
        lambda: build.build(reference.FOLDER / "tf2.0.0-py3.7"),
        with_intervals,
    ],
    ids=["current", "oldest", "intervals"],
)
def test_pandas_reads_every_number_of_the_json_and_no_other(report):
    report = report()
    wanted = numbers(json.loads(json.dumps(report.to_json())))
    text = io.StringIO(drawing.csv(page(report)))
    frame = pd.read_csv(text, dtype=str, keep_default_na=False)
    keys = frame[["environment", "variant", "quantity", "subject", "instrument"]]
    values = frame[["value", "interval_low", "interval_high"]].map(lambda cell: float(cell) if cell else None)
    found = {
        key: tuple(None if pd.isna(value) else value for value in row)
        for key, row in zip(keys.itertuples(index=False, name=None), values.to_numpy(), strict=True)
    }
    assert len(found) == len(frame) == len(wanted)
    assert found == wanted
    assert sum(value is not None for value, _, _ in found.values()) > 30


def test_phases_sum_to_one_in_the_table_too(frame):
    phases = frame[frame["quantity"] == "phase_share"]
    assert phases.groupby(["variant", "instrument"])["value"].sum().to_numpy() == pytest.approx(1)


def test_the_header_names_the_declared_columns(report):
    assert next(csv.reader(io.StringIO(drawing.csv(page(report))))) == list(report_rows.Row._fields)


def test_lines_end_as_rfc_4180_says(report):
    lines = drawing.csv(page(report)).split("\r\n")
    assert lines.pop() == ""
    assert len(lines) == len(list(report_rows.rows(report))) + 1
