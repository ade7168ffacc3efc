import dataclasses
import json

import pytest

from profiler.protocol.decoding import decode
from profiler.protocol.scopes import LayerScopes, ModelScopes

LAYER = LayerScopes("encoder/dense", "Dense", ["m/encoder/dense"], 8, 2)


def test_the_worker_s_own_reader_gives_back_what_was_written():
    told = ModelScopes([LAYER], None)
    assert decode(ModelScopes, json.loads(json.dumps(dataclasses.asdict(told)))) == told


@pytest.mark.parametrize(("calls", "shares"), [(None, False), (1, False), (2, True)])
def test_more_calls_than_scopes_share_them(calls, shares):
    assert dataclasses.replace(LAYER, calls=calls).shares_scopes == shares


@pytest.mark.parametrize("name", ["parameters", "calls"])
def test_a_count_below_zero_is_refused(name):
    with pytest.raises(ValueError, match=name):
        dataclasses.replace(LAYER, **{name: -1})
