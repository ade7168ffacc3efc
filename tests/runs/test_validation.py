import json
import os

import pytest

from profiler.protocol import schemas
from profiler.protocol.errors import RunError
from profiler.runs import validation
from profiler.runs.manifest import RunManifest
from tests import reference

WHOLE = json.loads((reference.CURRENT / "run.json").read_text())
(SLUG,) = WHOLE["environments"]


def read(tmp_path, value):
    path = tmp_path / "run.json"
    path.write_text(value if isinstance(value, str) else json.dumps(value))
    return validation.read(path, schemas.RUN, RunManifest)


def environment(**changes):
    return {"environments": {SLUG: {**WHOLE["environments"][SLUG], **changes}}}


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"captures": [{**WHOLE["captures"][0], "process": "x"}]}, "captures.0.process: "),
        ({"captures": [{**WHOLE["captures"][0], "process": 10**30}]}, "not valid JSON"),
        ({"captures": [{**WHOLE["captures"][0], "process": -1}]}, "captures.0: process is -1"),
        ({"environments": {SLUG: {}}}, "environments.*: object missing required field `framework_version`"),
        (environment(notes=5), "environments.*.notes: "),
        (environment(threads=[]), "environments.*.threads: "),
        ({"failures": []}, "failures: "),
        ({"failures": {"2.0.0": 3}}, "failures.*: "),
        ({"sittings": [{}]}, "sittings.0: object missing required field `before`"),
        ({"adaptive": {SLUG: {"tiny": {"looks": 0, "stopped": None}}}}, "adaptive.*.*: looks is 0"),
        ({"request": {"budget_s": -1}}, "budget_s=-1: more than 0 seconds are needed"),
        ({"request": {"instruments": ["no such"]}}, "unknown instrument 'no such'"),
        ({"environments": {"captures/../..": WHOLE["environments"][SLUG]}}, "leads to another folder"),
        ({"smallest_effect": 1.0}, "smallest_effect is 1.0"),
    ],
)
def test_a_wrong_field_is_one_line_that_names_it(tmp_path, changes, place):
    """Each of them was an internal error or led somewhere else."""
    with pytest.raises(RunError) as caught:
        read(tmp_path, {**WHOLE, **changes})
    assert place in str(caught.value)
    assert "the file was" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_in_json_is_none_here(tmp_path, text):
    with pytest.raises(RunError, match="is no number"):
        read(tmp_path, json.dumps(WHOLE).replace('"smallest_effect": 0.05', f'"smallest_effect": {text}'))


def test_a_fifo_is_no_manifest(tmp_path):
    """It waited for ever."""
    os.mkfifo(tmp_path / "run.json")
    with pytest.raises(RunError, match="is no regular file"):
        validation.read(tmp_path / "run.json", schemas.RUN, RunManifest)


def test_a_long_message_is_cut(tmp_path):
    with pytest.raises(RunError) as caught:
        read(tmp_path, {**WHOLE, "status": "\x1b" + "x" * 5000})
    assert len(str(caught.value)) < 400


def test_a_run_of_an_older_version_is_read_as_it_was_written(tmp_path):
    manifest = read(tmp_path, WHOLE)
    assert manifest.request.workloads == ("tiny",)
    assert manifest.environments[SLUG].cprofile_lost_frames == []
    assert [entry.path for entry in manifest.captures] == [one["path"] for one in WHOLE["captures"]]
