"""A sweep as JSON."""

import dataclasses

from tests.results.sweep.known import FUNCTION, PREDICT, swept


def test_the_json_names_its_schema_and_holds_every_point(tmp_path):
    found = swept(tmp_path, {PREDICT: {1: 50.0, 8: 60.0}, FUNCTION: {1: 0.5, 8: 30.0}})
    held = found.to_json()
    assert held["schema"] == "kprof.sweep/1"
    assert [one["size"] for one in held["points"]] == [1, 8]
    assert dataclasses.replace(found, run="x").to_json()["run"] == "x"
