import dataclasses
import json

import msgspec
import pytest

from profiler.protocol.decoding import decode
from profiler.protocol.spec import (
    Answer,
    BlockRecord,
    CaptureManifest,
    CatalogueSpec,
    EnvironmentFacts,
    MeasureSpec,
    ObserveSpec,
    Spec,
    VariantSpec,
    WorkloadFacts,
    WorkloadSpec,
)
from profiler.protocol.vocabulary import Variant

VARIANT = Variant("tiny", "compiled", "predict", 32, 32)
SPEC = Spec(
    "/out",
    [WorkloadSpec("tiny"), WorkloadSpec("mine", "/m.keras", None, 8)],
    pin=[0, 1],
    measure=MeasureSpec(
        "tf2.21.0-py3.11",
        3,
        7,
        [VariantSpec(VARIANT, "wall", None, 2.5, True, "captures/a")],
        CatalogueSpec(["a.py::f"], ObserveSpec(["a.py::f"], loops={"a.py::g": "G"})),
    ),
)
MANIFEST = CaptureManifest(
    "ok",
    None,
    {"latencies.npy": "00"},
    entry_point="predict",
    calls=2,
    window_ns=5,
    first_call_ns=3,
    blocks=[BlockRecord(0, 2)],
    harness=("harness.py", 22, "measured_calls"),
)
ANSWER = Answer(
    None, EnvironmentFacts("2.21.0", None, jit_compile="auto", workloads={"tiny": WorkloadFacts(13)})
)


@pytest.mark.parametrize("value", [SPEC, MANIFEST, ANSWER], ids=lambda value: type(value).__name__)
def test_both_sides_read_back_what_was_written(value):
    written = json.loads(json.dumps(dataclasses.asdict(value)))
    assert decode(type(value), written) == value
    assert msgspec.convert(written, type(value)) == value


def test_unknown_fields_are_ignored_and_missing_ones_have_their_defaults():
    assert decode(WorkloadSpec, {"name": "tiny", "colour": "red"}) == WorkloadSpec("tiny")


def test_a_missing_field_without_default_is_named():
    with pytest.raises(KeyError, match="name"):
        decode(WorkloadSpec, {})
