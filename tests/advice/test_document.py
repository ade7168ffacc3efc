"""The JSON of an advice."""

import json

from profiler.advice.document import Advice, Gain
from tests.advice.made_up import way

FIELDS = {"baseline", "candidates", "recommended", "gain", "condition", "diff", "why"}
OF_CANDIDATE = {
    "id",
    "ratio",
    "interval",
    "verdict",
    "outputs",
    "one_time_ms",
    "break_even_calls",
    "memory_bytes",
    "status",
    "reason",
}


def test_it_has_the_fields_of_its_schema():
    made = Advice(
        "predict", (way("call", 0.5),), "call", Gain(2.0, (1.9, 2.2)), "c", "d", "w", "e", "t", "r", 1.0
    )
    found = json.loads(json.dumps(made.to_json()))
    assert found["schema"] == "kprof.advice/1"
    assert found.keys() >= FIELDS
    (one,) = found["candidates"]
    assert one.keys() >= OF_CANDIDATE
    assert one["outputs"].keys() == {"equal", "max_abs", "max_rel", "max_ulp", "note"}
    assert found["gain"] == {"ratio": 2.0, "interval": [1.9, 2.2]}
