"""Calls with an instrument off beside those with it on, in one process's share of the plan."""

import gc
import json
import sys
import types
from types import SimpleNamespace

import numpy as np
import pytest

from profiler.collect import captures, harness, instruments, measure
from profiler.collect.blocks import Block
from profiler.collect.instruments import Attached, Recording
from profiler.collect.models import built_in
from profiler.collect.outputs import Kept
from profiler.collect.parent import Parent
from profiler.collect.probes.watches import Watches
from profiler.collect.taking import Taking
from profiler.protocol.instruments import Instrument, instrument
from profiler.protocol.spec import (
    CatalogueSpec,
    MeasureSpec,
    ObserveSpec,
    Spec,
    VariantSpec,
    WorkloadSpec,
)
from profiler.protocol.vocabulary import Variant
from tests.collect.fakes import MadeUp

MS = 1_000_000
PREDICT = Variant("mine", "compiled", "predict", 1, 1)


class Model:
    def predict(self, x, batch_size, verbose):
        return x


@pytest.fixture
def measured(monkeypatch, tmp_path):
    """Measures a variant under a toy, whose clock calls move on; tells what was done, and the manifest."""

    def measure_once(call_ms=50, calls=8, rehearsal_raises=False, **fields):
        now, log = [0], []

        def entry(*args, **kwargs):
            now[0] += call_ms * MS * (2 if log and log[-1][0] == "on" else 1)

        class Toy(Attached):
            def take(self, count, re_warm_up):
                log.append(("on", count, re_warm_up))
                timed = harness.timed_calls(self.call, count)
                log.append(("off",))
                return timed

            def rehearse(self, count):
                if rehearsal_raises:
                    raise RuntimeError("no second session")
                log.append(("rehearsed", count))
                return self.take(count, 0)

            def finish(self):
                return Recording()

        module = types.ModuleType("toy")
        module.attach = Toy
        monkeypatch.setitem(sys.modules, f"{instruments.__name__}.toy", module)
        descriptor = Instrument("toy", "a toy", gives=(), **fields)
        monkeypatch.setattr(measure, "instrument", lambda name: descriptor)
        monkeypatch.setattr(harness, "clock_ns", lambda: now[0])
        monkeypatch.setattr(Model, "predict", entry)
        workload = SimpleNamespace(
            build=lambda state, batch_size: (Model(), "made up"),
            inputs=lambda rows: (np.zeros(rows), []),
            notes=lambda state: [],
        )
        monkeypatch.setattr(built_in, "open_workload", lambda *_: workload)
        entries = [VariantSpec(PREDICT, "toy", calls, 1.0, False, "it")]
        part = MeasureSpec("here", 0, 1, entries, CatalogueSpec([], ObserveSpec()))
        spec = Spec(str(tmp_path), [WorkloadSpec("mine")], measure=part)
        measure.run(spec, part, MadeUp(), Parent(None, str(tmp_path)))
        return log, json.loads((tmp_path / "it" / "capture.json").read_text())

    return measure_once


def test_each_block_stands_beside_calls_with_the_instrument_off(measured, tmp_path):
    log, manifest = measured(blocks=2)
    assert [entry[1] for entry in log if entry[0] == "on"] == [4, 4]
    assert manifest["switched"] == [{"off_ns": [50 * MS] * 4, "on_ns": [100 * MS] * 4}] * 2
    assert np.load(tmp_path / "it" / "latencies.npy").tolist() == [100 * MS] * 8
    assert (manifest["calls"], [one["calls"] for one in manifest["blocks"]]) == (8, [4, 4])


def test_rehearsals_are_in_no_latency(measured, tmp_path):
    log, manifest = measured(rehearsals=2)
    assert [entry for entry in log if entry[0] == "rehearsed"] == [("rehearsed", 5)] * 2
    assert [len(one["on_ns"]) for one in manifest["switched"]] == [8, 5, 5]
    assert len(np.load(tmp_path / "it" / "latencies.npy")) == manifest["calls"] == 8
    assert len(manifest["blocks"]) == 1


def test_a_rehearsal_that_raises_loses_nothing(measured):
    _, manifest = measured(rehearsals=2, rehearsal_raises=True)
    assert (manifest["status"], manifest["calls"], len(manifest["switched"])) == ("ok", 8, 1)


def test_slow_calls_are_made_once(measured):
    log, manifest = measured(call_ms=500, calls=2, blocks=2, rehearsals=2)
    assert [entry for entry in log if entry[0] == "on"] == [("on", 2, 0)]
    assert manifest["switched"] == []


def test_quick_calls_are_warmed_up_again_with_the_instrument_off(measured):
    log, manifest = measured(call_ms=1, blocks=2)
    assert [entry for entry in log if entry[0] == "on"] == [("on", 4, 0)] * 2
    assert [one["settle"] for one in manifest["blocks"]] == [0, 0]


def test_what_is_kept_of_a_block_is_nothing_that_the_collector_counts(tmp_path):
    """Between slow calls growth is read around these blocks: medium was said to grow by 5 objects a call."""
    call = harness.Call(lambda: None, (), {})
    subject = instruments.Subject(call, str(tmp_path), MadeUp(), Watches(CatalogueSpec([], ObserveSpec())))
    attached = instruments.attach("wall", subject)
    identity = captures.identity("here", PREDICT, "wall", 0, 1)
    wall = instrument("wall")
    taking = Taking(
        str(tmp_path), PREDICT, identity, None, call, attached, 1, [1], Kept(), False, wall, count=3
    )
    attached.ready()

    def counted(rounds):
        for number in rounds:
            taking.take(Block(number, 1, 0, 1, 0))
        gc.collect()
        return len(gc.get_objects())

    counted(range(3))
    before, after = counted(range(3, 6)), counted(range(6, 36))
    assert after - before < 3
