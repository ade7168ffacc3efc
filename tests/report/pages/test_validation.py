"""The page of a proof."""

from profiler.report.pages import validation
from profiler.results.proving import judging
from profiler.results.proving.document import SameTwice, Validation
from tests.report import drawing
from tests.results.proving.made_up import evidence

GOOD = evidence({"data_adapter": (0.4, 0.505), "dataset_ops": (0.9, 55 / 60)})


SAME = SameTwice(1.01, (0.98, 1.04), "same", 3)


def shown(*evidences, same=SAME, width=130):
    reference = next((one for one in evidences if one.instrument == "probes"), None)
    tested = tuple(judging.tested(one, reference) for one in evidences)
    return drawing.terminal(validation.page(Validation("e", "tiny/compiled", 0.2, tested, same)), width)


def test_each_instrument_has_its_line_first():
    bad = evidence({"data_adapter": (0.4, 0.6), "dataset_ops": (0.9, 55 / 60)}, instrument="cprofile")
    lost = evidence({}, instrument="tfprofiler", status="unsound", reason="it left no trace")
    lines = shown(GOOD, bad, lost).splitlines()
    assert lines[0] == "probes: validated to 0.5 points (1 internal slowed, 8 calls each)"
    assert lines[1] == "cprofile: wrong by more than 5.0 points: +10.0 points (+10.0..+10.0) on data_adapter"
    assert lines[2] == "tfprofiler: unsound: it left no trace"
    assert lines[3] == "the same calls twice: 1.01 (0.98..1.04), same (processes: 3)"


def test_an_open_question_says_that_more_calls_narrow_it():
    import dataclasses

    shaken = tuple(
        dataclasses.replace(
            one,
            shares={
                name: dataclasses.replace(share, share=share.share + 0.01 * (number % 7))
                for name, share in one.shares.items()
            },
        )
        for number, one in enumerate(GOOD.seen)
    )
    assert "cannot tell" in shown(dataclasses.replace(GOOD, seen=shaken)).splitlines()[0]


def test_a_row_has_what_was_injected_predicted_and_measured():
    page = shown(GOOD)
    (row,) = [line.split() for line in page.splitlines() if line.split()[:1] == ["data_adapter"]]
    assert row == ["data_adapter", "10.0", "50.0", "%", "50.5", "%", "+0.5", "+0.5..+0.5", "within"]
    assert (
        "largest error of the 1 around a slowed one: +0.0 (+0.0..+0.0), dataset_ops while data_adapter"
        in page
    )
    assert "not slowed, since nothing they call can be exchanged: callbacks" in page


def test_a_reaction_of_the_calls_is_told():
    reacting = evidence({"data_adapter": (0.4, 30 / 64)}, frame_ms=(50.0, 64.0))
    assert "calls took longer or shorter than the wait explains" in shown(reacting)
    assert "data_adapter +4 ms" in shown(reacting)


def test_leans_stand_apart():
    leaning = evidence({"data_adapter": (0.43, 0.53), "dataset_ops": (0.9, 55 / 60)}, instrument="cprofile")
    page = shown(GOOD, leaning)
    assert "How each instrument leans" in page
    assert ["data_adapter", "+3.0"] in [line.split() for line in page.splitlines()]


def test_a_record_is_one_check():
    tested = (judging.tested(GOOD, None),)
    records = validation.page(Validation("e", "v", 0.2, tested, SAME)).records()
    rows = list(records.rows)
    assert len(rows) == 2
    assert all(len(row) == len(records.header) for row in rows)
