"""The outcome of a proof as JSON."""

import pytest

from profiler.results.proving import judging
from profiler.results.proving.document import SameTwice, Validation
from tests.results.proving.made_up import evidence


def test_the_json_says_what_is_proven_of_each_instrument():
    good = judging.tested(evidence({"data_adapter": (0.4, 0.5)}, within={"data_adapter": 1}), None)
    bad = judging.tested(evidence({"data_adapter": (0.4, 0.6)}, instrument="cprofile"), None)
    found = Validation("e", "v", 0.2, (good, bad), SameTwice(1.0, None, "same", 3)).to_json()
    assert found["schema"] == "kprof.validation/1"
    assert [(one["instrument"], one["verdict"]) for one in found["instruments"]] == [
        ("probes", "within"),
        ("cprofile", "beyond"),
    ]
    assert found["instruments"][0]["proven"] == pytest.approx(0.0, abs=1e-9)
    assert found["instruments"][1]["proven"] is None


def test_waits_that_are_astray_prove_nothing():
    import dataclasses

    good = judging.tested(evidence({"data_adapter": (0.4, 0.5)}, within={"data_adapter": 1}), None)
    astray = dataclasses.replace(good, waits=80, astray=1)
    assert (astray.verdict, astray.proven) == ("beyond", None)
