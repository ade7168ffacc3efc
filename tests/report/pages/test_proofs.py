"""What stands beside shares whose instrument was proven."""

import dataclasses

from profiler.protocol.proving import Proof
from profiler.report.pages import proofs, report, sections
from tests.report import drawing, sample

PROOF = Proof(0.0123, "2026-11-24", "tiny/compiled/predict/b32", 12)
PROVEN = dataclasses.replace(sample.report(), proofs={sample.ENV: {"cprofile": PROOF}})


def test_the_shares_name_the_bound_that_was_proven_and_its_day():
    assert "shares under cprofile (validated to 1.2 points on 24 November 2026)" in drawing.terminal(
        report.page(PROVEN), 120
    )


def test_nothing_is_said_where_nothing_was_proven():
    assert "validated" not in drawing.terminal(report.page(sample.report()), 120)


def test_the_proof_of_another_environment_is_not_named():
    elsewhere = dataclasses.replace(PROVEN, proofs={"tf2.0.0-py3.7": {"cprofile": PROOF}})
    assert "validated" not in drawing.terminal(report.page(elsewhere), 120)


def test_each_other_instrument_has_a_line():
    section, _ = sections.sections(PROVEN)
    assert list(proofs.lines(section, ["probes", "cprofile"])) == [
        "cprofile: validated to 1.2 points on 24 November 2026"
    ]


def test_a_day_that_is_no_date_is_shown_as_it_is():
    odd = dataclasses.replace(
        PROVEN, proofs={sample.ENV: {"cprofile": dataclasses.replace(PROOF, day="once")}}
    )
    section, _ = sections.sections(odd)
    assert proofs.beside(section, "cprofile") == " (validated to 1.2 points on once)"
