import json
from pathlib import Path

import pytest

from profiler.results import build
from tests import reference
from tests.saved_reports import from_json


@pytest.fixture(scope="module")
def report():
    return build.build(reference.CURRENT)


def test_the_report_survives_its_own_json(report):
    assert from_json(json.loads(json.dumps(report.to_json()))) == report


def test_a_report_of_version_1_is_still_read():
    """The golden file is never written anew: what reads version 1 must go on reading it."""
    golden = json.loads((Path(__file__).parent / "golden" / "report-1.json").read_text())
    report = from_json(golden)
    assert report.run == "tf2.21.0-py3.11"
    assert [variant.id for variant in report.variants] == [v["id"] for v in golden["variants"]]
    (compiled,) = (one for one in report.variants if one.id == "tiny/compiled/predict/b32")
    (found,) = (one for one in compiled.internals if one.internal == "make_iterator")
    assert (
        found.measures["cprofile"].share
        == golden["variants"][1]["internals"][9]["measures"]["cprofile"]["share"]
    )
    assert report.environments["tf2.21.0-py3.11"].framework_version == "2.21.0"


def test_an_overhead_keeps_the_name_that_it_has_in_the_file(report):
    (variant, *_) = report.to_json()["variants"]
    assert set(variant["perturbation"]["cprofile"]) == {"ratio", "interval"}
