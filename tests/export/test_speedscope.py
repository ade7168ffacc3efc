"""Speedscope's JSON."""

import json
from pathlib import Path

import jsonschema
import pytest

from profiler.attribution import validated
from profiler.export import folded, speedscope
from profiler.runs import record
from tests import reference
from tests.attribution.trace.made_trace import MARK
from tests.export.samples import HOSTILE, NOWHERE, called, from_folded, from_speedscope


@pytest.fixture(scope="module")
def found():
    return validated.load(record.read(reference.CURRENT), None)


@pytest.mark.long
def test_folded_and_speedscope_hold_the_same_stacks_and_times(found):
    once = from_folded("".join(folded.pieces(found.stacks, found.places, "tiny")))
    profile, again = from_speedscope("".join(speedscope.pieces(found.stacks, found.places, "tiny")))
    assert once == again
    assert round(profile["endValue"] * 1000) == int(found.stacks.table.array("self_ps").sum())


@pytest.mark.long
def test_the_speedscope_file_is_of_speedscopes_own_schema(found):
    schema = json.loads(
        (Path(__file__).parents[1] / "browser/speedscope/file-format-schema.json").read_text()
    )
    text = "".join(speedscope.pieces(found.stacks, found.places, "tiny"))
    jsonschema.validate(json.loads(text), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(json.loads(text.replace('"sampled"', '"sampling"')), schema)


@pytest.mark.parametrize("name", HOSTILE)
def test_names_that_could_break_the_json_come_back(name):
    shown = name.replace("\0", "\\0")
    assert from_speedscope("".join(speedscope.pieces(called(name), NOWHERE, name)))[1][MARK, shown] == 40
