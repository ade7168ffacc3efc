"""``scopes.json``."""

import dataclasses
import json

import pytest

from profiler.protocol.decoding import decode
from profiler.protocol.scopes import LayerScopes, ModelScopes


def test_what_the_worker_writes_is_what_is_read():
    found = ModelScopes([LayerScopes("inner/dense", "Dense", ["inner/dense", "inner/dense_1"], 12)], "why")
    assert decode(ModelScopes, json.loads(json.dumps(dataclasses.asdict(found)))) == found


def test_fewer_than_no_weights_are_refused():
    with pytest.raises(ValueError, match="parameters is -1"):
        LayerScopes("dense", "Dense", [], -1)
