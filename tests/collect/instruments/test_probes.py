import json

import numpy as np
import pytest

from profiler.collect.harness import Call
from profiler.collect.instruments import Recording, probes
from tests.collect.fakes import subject
from tests.collect.probes.watched import KEYS, import_watched


@pytest.fixture
def attached(tmp_path, monkeypatch):
    module = import_watched(tmp_path, monkeypatch)
    call = Call(module.calls_holder, (), {})
    functions = [KEYS[name] for name in ("missing", "holds", "plain", "waits")]
    one = probes.attach(subject(call, tmp_path, functions=functions))
    one.ready()
    return one


def test_the_spans_of_all_blocks_and_the_begins_of_their_calls_are_kept(attached, tmp_path):
    first, second = attached.take(2, 1), attached.take(1, 0)
    assert attached.finish() == Recording()
    held = np.load(tmp_path / "spans.npz")
    assert held["begin_ns"].tolist() == first.begins + second.begins
    assert held["function"].tolist() == [1, 2] * 3
    assert held["parent"].tolist() == [-1, 0, -1, 2, -1, 4]
    assert {name: held[name].dtype.name for name in held} == dict.fromkeys(held, "int64")


def test_how_each_function_was_watched_is_kept_beside_them(attached, tmp_path):
    attached.take(1, 0)
    attached.finish()
    told = json.loads((tmp_path / "probes.json").read_text())
    assert told["schema"] == "kprof.probes/1"
    assert told["functions"] == [KEYS[name] for name in ("missing", "holds", "plain", "waits")]
    assert {KEYS["holds"], KEYS["plain"]} <= told["ways"].keys()
    assert KEYS["missing"] not in {**told["ways"], **told["unwatched"]}
    assert (told["open"], told["stray"]) == ({}, 0)


def test_a_call_that_raises_leaves_nothing_watched(tmp_path, monkeypatch):
    module = import_watched(tmp_path, monkeypatch)
    before = module.raises.__code__
    one = probes.attach(subject(Call(module.raises, (2,), {}), tmp_path, functions=[KEYS["raises"]]))
    with pytest.raises(ValueError, match="bottom"):
        one.take(1, 0)
    assert module.raises.__code__ is before
