import dataclasses
import json

import msgspec
import pytest

from profiler.protocol.decoding import decode
from profiler.protocol.spec import CaptureManifest
from profiler.protocol.switching import Switched, calls_beside


@pytest.mark.parametrize(("off", "on"), [([], [1]), ([1], []), ([0], [1]), ([1], [2, -1])])
def test_a_block_without_a_call_or_time_is_refused(off, on):
    with pytest.raises(ValueError, match="holds no call, or one that took no time"):
        Switched(off, on)


def test_both_decoders_read_what_a_manifest_says_of_them():
    manifest = CaptureManifest("failed", "why", {}, switched=[Switched([3, 4], [5])])
    written = json.loads(json.dumps(dataclasses.asdict(manifest)))
    assert decode(CaptureManifest, written) == manifest
    assert msgspec.convert(written, CaptureManifest) == manifest


@pytest.mark.parametrize(("calls", "call_ms", "beside"), [(16, 50, 5), (2, 50, 2), (33, 1, 33), (20, 400, 1)])
def test_slow_calls_have_fewer_beside_them(calls, call_ms, beside):
    assert calls_beside(calls, call_ms * 1e6) == beside
