import pytest

from profiler.protocol.spec import BlockRecord, CaptureManifest
from profiler.protocol.vocabulary import Variant
from profiler.runs.manifest import CaptureEntry, Looks

VARIANT = Variant("tiny", "compiled", "predict", 32, 32)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: BlockRecord(-1, 1), "block is -1"),
        (lambda: BlockRecord(10**12, 1), "block is 1000000000000"),
        (lambda: BlockRecord(0, -1), "calls is -1"),
        (lambda: CaptureManifest("ok", None, {}), "entry_point is missing"),
        (lambda: CaptureManifest("failed", None, {}, calls=0), "calls is 0"),
        (lambda: CaptureManifest("failed", None, {"a\x1b": ""}), "a file .* holds a control character"),
        (lambda: CaptureEntry("a", "..", VARIANT, "wall", 0, "ok", None), "leads to another folder"),
        (lambda: CaptureEntry("a\n", "e", VARIANT, "wall", 0, "ok", None), "control character"),
        (lambda: Looks(0), "looks is 0"),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_the_rule(make, says):
    with pytest.raises(ValueError, match=says):
        make()


def test_a_failed_capture_needs_no_times():
    assert CaptureManifest("failed", "it is cut", {}).calls is None
