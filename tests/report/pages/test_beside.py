"""What a report's page says of two sides that were measured in turn."""

import dataclasses

from profiler.report.blocks import Lines, Table, Title
from profiler.report.pages import beside, report
from profiler.results.document import CallSplit, FrameRatio, Mode, Sides
from tests.report import sample


def made(modes=(), **changes):
    """Return a report of tiny on two sides, which differ in one comparison each."""
    whole = sample.report()
    this = [one for one in whole.variants if one.workload == "tiny"]
    split = CallSplit(100.0, 2.5, modes) if modes else None
    this = [dataclasses.replace(one, split=split) for one in this]
    slug = this[0].environment
    base = [dataclasses.replace(one, environment="base") for one in this]
    like = next(one for one in whole.comparisons if ":tiny/" in one.candidate)
    frame = FrameRatio(1.01, (0.99, 1.02), "same") if modes else None
    told = {"ratio": 1.25, "interval": (1.2, 1.3), "verdict": "differs", "frame": frame, **changes}
    across = [
        dataclasses.replace(like, baseline=f"base:{one.id}", candidate=f"{slug}:{one.id}", **told)
        for one in this
        if one.latency_ms is not None
    ]
    return dataclasses.replace(
        whole,
        variants=(*this, *base),
        comparisons=(*whole.comparisons, *across),
        environments={slug: whole.environments[slug], "base": whole.environments[slug]},
        sides=Sides(slug, "base", "git:main", "0123456789abcdef"),
    )


def test_a_run_of_one_side_has_no_such_part():
    assert list(beside.blocks(sample.report())) == []
    assert list(beside.headline(sample.report())) == []


def test_each_variant_stands_beside_the_same_of_the_base():
    title, table, *_ = beside.blocks(made())
    assert isinstance(title, Title)
    assert title.text == "This against the base (git:main, commit 0123456789ab)"
    assert isinstance(table, Table)
    wide, narrow = table.layouts
    ids = [row.cells[0] for row in wide.rows]
    assert "tiny/compiled/predict/b32" in ids
    assert wide.rows[0].cells[1] == wide.rows[0].cells[2]
    assert {row.cells[3:] for row in wide.rows} == {("1.25", "1.20..1.30", "differs")}
    assert {row.cells[1:] for row in narrow.rows} == {("1.25", "1.20..1.30", "differs")}


def test_the_headline_says_how_the_compiled_predict_compares():
    (line,) = beside.headline(made())
    assert line == (
        "tiny against the base (git:main, commit 0123456789ab): one compiled predict takes 1.25 times as "
        "long (1.20..1.30; verdict: differs)."
    )
    first = next(iter(report.page(made()).blocks()))
    assert first.lines[0] == line


def test_where_calls_have_two_modes_their_frames_are_compared_too():
    _, table, *_ = beside.blocks(made((Mode(2.0, 20), Mode(2500.0, 1))))
    frames = [row.cells for row in table.layouts[0].rows if "frame" in row.cells[0]]
    assert set(frames) == {("  until its frame ends", "100", "100", "1.01", "0.99..1.02", "same")}


def test_what_a_verdict_lacks_and_what_could_have_been_found_is_said_below():
    lacking = made(verdict="cannot tell", more_seconds=120.0, detectable=0.07, remarks=("other settings",))
    *_, lines = beside.blocks(lacking)
    assert isinstance(lines, Lines)
    for part in ("2 min", "7 %", "would have been found 8 of 10 times", "other settings"):
        assert part in lines.lines[0]


def test_sides_without_a_common_time_say_so():
    whole = made()
    without = dataclasses.replace(whole, comparisons=sample.report().comparisons)
    _, lines = beside.blocks(without)
    assert lines == Lines(("no variant was timed on both sides",), "warning")
