"""One worker's blocks: every condition in every round, with the instrument and without."""

import gc
import json
from collections import Counter
from types import SimpleNamespace

import numpy as np
import pytest

from profiler.collect.models import built_in
from profiler.collect.parent import Parent
from profiler.collect.proving import rounds
from profiler.protocol.spec import ProvingSpec, Spec, WorkloadSpec
from profiler.protocol.vocabulary import Variant
from tests.collect.fakes import MadeUp
from tests.collect.proving.slow_module import CATALOGUE, import_slow

SLOWED = {"data_adapter": 1, "execute": 2, "output_conversion": 2}
VARIANT = Variant("mine", "compiled", "predict", 1, 1)


class Model:
    """Its predict is the module's outer function; from one call on it raises."""

    def __init__(self, module, fails_from=None):
        self.module = module
        self.fails_from = fails_from
        self.made = 0

    def predict(self, x, batch_size, verbose):
        self.made += 1
        if self.fails_from is not None and self.made >= self.fails_from:
            raise RuntimeError("out of luck")
        return self.module.outer(x)


@pytest.fixture
def proven(tmp_path, monkeypatch):
    module = import_slow(tmp_path, monkeypatch)

    def prove(instrument="probes", fails_from=None, internals=(), count=2):
        model = Model(module, fails_from)
        workload = SimpleNamespace(
            build=lambda state, batch_size: (model, "made up"),
            inputs=lambda n: (np.zeros(n), []),
            notes=lambda state: [],
        )
        monkeypatch.setattr(built_in, "open_workload", lambda *_: workload)
        output = tmp_path / "output"
        asked = ProvingSpec(
            "here", 0, 1, VARIANT, instrument, count, 3 * count, 0.2, CATALOGUE, list(internals)
        )
        spec = Spec(str(output), [WorkloadSpec("mine")], prove=asked)
        output.mkdir()
        rounds.run(spec, asked, MadeUp(), Parent(None, str(output)))
        return output, json.loads((output / "proving.json").read_text())

    return prove


def test_each_round_takes_each_condition_once_and_the_undisturbed_calls_twice(proven):
    _, found = proven()
    taken = Counter((block["round"], block["slowed"], block["instrument"]) for block in found["blocks"])
    assert {key: count for key, count in taken.items() if count != 1} == {
        (number, "", attached): 2 for number in (0, 1) for attached in ("wall", "probes")
    }
    conditions = {(slowed, instrument) for _, slowed, instrument in taken}
    assert {slowed for slowed, _ in conditions} == {"", *SLOWED}
    assert len(conditions) == 8
    assert len(taken) == 16


def test_waits_are_counted_and_timed_where_an_internal_is_slowed(proven):
    _, found = proven()
    per_call = {one["internal"]: one["per_call"] for one in found["slowed"]}
    wait_ns = {one["internal"]: one["wait_ns"] for one in found["slowed"]}
    assert per_call == SLOWED
    for block in found["blocks"]:
        expected = 3 * per_call.get(block["slowed"], 0)
        assert block["waits"] == expected
        assert block["waited_ns"] >= expected * wait_ns.get(block["slowed"], 0)


def test_calls_under_wall_are_split_where_predict_ends(proven):
    output, found = proven(count=1)
    for block in found["blocks"]:
        if block["instrument"] == "wall":
            frames = np.load(output / block["folder"] / "frame_ns.npy")
            durations = np.load(output / block["folder"] / "latencies.npy")
            assert (frames > 0).all()
            assert (frames <= durations).all()


def test_internals_that_run_and_cannot_be_slowed_are_named(proven):
    _, found = proven()
    assert set(found["not_slowed"]) == {"autograph"}


def test_only_the_internals_that_were_asked_for_are_slowed(proven):
    _, found = proven(internals=("execute",))
    assert {block["slowed"] for block in found["blocks"]} == {"", "execute"}


def test_a_block_under_the_instrument_is_a_capture_with_the_waits_beside_it(proven):
    output, found = proven(count=1)
    block = next(
        one for one in found["blocks"] if one["slowed"] == "execute" and one["instrument"] == "probes"
    )
    folder = output / block["folder"]
    manifest = json.loads((folder / "capture.json").read_text())
    assert (manifest["status"], manifest["calls"], manifest["instrument"]) == ("ok", 3, "probes")
    assert "waits.npz" in manifest["files"]
    assert len(np.load(folder / "waits.npz")["begin_ns"]) == block["waits"] == 6


def test_a_block_that_raises_says_why_and_the_others_are_taken(proven):
    _, found = proven(fails_from=30)
    reasons = {block["error"] for block in found["blocks"]}
    assert None in reasons
    assert any("out of luck" in reason for reason in reasons - {None})


def test_a_block_begins_without_garbage_and_with_what_lives_put_aside(proven, monkeypatch):
    """A full collection of what TensorFlow 2.0 keeps took longer than a block, and lay in any internal."""
    seen = []
    take = rounds._Prover._keep_waits

    def keep(self, folder):
        seen.append(len(gc.get_objects()))
        take(self, folder)

    before = len(gc.get_objects())
    monkeypatch.setattr(rounds._Prover, "_keep_waits", keep)
    proven()
    assert max(seen) < before / 4
    assert gc.get_freeze_count() == 0


def test_nothing_is_slowed_or_watched_afterwards(proven, tmp_path):
    proven()
    import proved_module

    assert not hasattr(proved_module.prepare, "__wrapped__")
    assert proved_module.inner.__code__.co_filename == str(tmp_path / "proved_module.py")
