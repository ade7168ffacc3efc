"""One process's share of the plan, with models that are made up."""

import json
import sys
import types
from types import SimpleNamespace

import numpy as np
import pytest

from profiler.collect import captures, growth, instruments, measure
from profiler.collect.harness import Timed
from profiler.collect.instruments import Attached, Recording
from profiler.collect.models import built_in
from profiler.collect.parent import Parent
from profiler.protocol.inspection import Inspection
from profiler.protocol.instruments import INSTRUMENTS, Instrument
from profiler.protocol.spec import (
    CatalogueSpec,
    MeasureSpec,
    ObserveSpec,
    Spec,
    VariantSpec,
    Waiting,
    WorkloadSpec,
)
from profiler.protocol.vocabulary import Variant
from tests.collect.fakes import MadeUp


class Model:
    """Raises in its call of a number, never when None."""

    def __init__(self, fails_at=None):
        self.left = fails_at
        self.made = 0

    def predict(self, x, batch_size, verbose):
        self.made += 1
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise RuntimeError("out of luck")
        return x


BROKEN = f"RuntimeError: out of luck ({__file__}:{Model.predict.__code__.co_firstlineno + 5} in predict)"


def measured(
    monkeypatch,
    tmp_path,
    models,
    instrument="wall",
    calls=3,
    inspect=False,
    functions=(),
    outputs=False,
    growth=False,
):
    """Measure a variant for each batch size -> model; return each capture's manifest."""
    workload = SimpleNamespace(
        build=lambda state, batch_size: (models[batch_size], "made up"),
        inputs=lambda rows: (np.zeros(rows), []),
        notes=lambda state: [],
    )
    monkeypatch.setattr(built_in, "open_workload", lambda *_: workload)
    part = MeasureSpec(
        environment="here",
        process=0,
        seed=1,
        variants=[
            VariantSpec(
                Variant("mine", "compiled", "predict", size, size), instrument, calls, 1.0, inspect, str(size)
            )
            for size in models
        ],
        catalogue=CatalogueSpec(list(functions), ObserveSpec()),
        outputs=outputs,
        growth=growth,
    )
    spec = Spec(str(tmp_path), [WorkloadSpec("mine")], measure=part)
    measure.run(spec, part, MadeUp(), Parent(None, str(tmp_path)))
    return {size: json.loads((tmp_path / str(size) / "capture.json").read_text()) for size in models}


def outcomes(manifests):
    return {size: (manifest["status"], manifest["reason"]) for size, manifest in manifests.items()}


@pytest.mark.parametrize("fails_at", [0, 4, 5])
def test_a_variant_that_raises_fails_alone(monkeypatch, tmp_path, fails_at):
    """The first call, one of the first block, a later one: measuring used to lose the whole process."""
    found = measured(monkeypatch, tmp_path, {1: Model(), 2: Model(fails_at), 4: Model()})
    assert outcomes(found) == {
        1: ("ok", None),
        2: ("failed", BROKEN),
        4: ("ok", None),
    }


def test_what_raises_while_a_single_capture_is_finished_fails_it(monkeypatch, tmp_path):
    def no_disk(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr(captures, "write", no_disk)
    found = measured(monkeypatch, tmp_path, {1: Model()}, "cprofile")
    status, reason = outcomes(found)[1]
    assert (status, reason.partition(" (")[0]) == ("failed", "OSError: no space left on device")


def test_an_inspected_call_that_fails_keeps_the_timings(monkeypatch, tmp_path):
    """It came before the capture was written: a model that raised there lost what had been timed."""
    timed = 1 + 3 + measure.blocks.RE_WARM_UP_CALLS + 3
    found = measured(monkeypatch, tmp_path, {1: Model(timed), 2: Model()}, inspect=True)
    assert outcomes(found)[1] == ("ok", None)
    assert (found[1]["calls"], found[1]["inspection_error"]) == (3, BROKEN)
    assert found[2]["inspection_error"] is None
    assert not (tmp_path / "1" / "inspect.json").exists()
    assert sorted(found[2]["files"]) == ["inspect.json", "latencies.npy"]


TIMED = 1 + 3 + measure.blocks.RE_WARM_UP_CALLS + 3


def test_outputs_are_those_of_the_first_calls_and_take_no_more(monkeypatch, tmp_path):
    models = {1: Model(), 2: Model()}
    found = measured(monkeypatch, tmp_path, models, outputs=True)
    assert {size: model.made for size, model in models.items()} == {1: TIMED, 2: TIMED}
    assert sorted(found[1]["files"]) == ["latencies.npy", "outputs.json"]
    given = json.loads((tmp_path / "1" / "outputs.json").read_text())
    assert (given["schema"], given["repeated"]["beyond"]) == ("kprof.outputs/1", 0)


def test_a_state_that_another_variant_has_settled_shows_in_the_outputs_of_each(monkeypatch, tmp_path):
    """The second variant of one stateful model found its state settled, and passed as repeatable."""

    class Settling(Model):
        """Has settled after a call, as a recurrent layer soon has that keeps its state."""

        stateful = True
        state = 0.0

        def reset_state(self):
            self.state = 0.0

        def predict(self, x, batch_size, verbose):
            before, self.state = self.state, 1.0
            return np.full(2, before)

    shared = Settling()
    measured(monkeypatch, tmp_path, {1: shared, 2: shared}, outputs=True)
    for size in ("1", "2"):
        given = json.loads((tmp_path / size / "outputs.json").read_text())
        assert given["repeated"]["beyond"] == 2


@pytest.mark.parametrize("wanted", [True, False])
def test_outputs_that_cannot_be_compared_lose_no_timing(monkeypatch, tmp_path, wanted):
    strange = Model()
    strange.predict = lambda *args, **kwargs: object()
    found = measured(monkeypatch, tmp_path, {1: strange, 2: Model()}, outputs=wanted)
    assert outcomes(found) == {1: ("ok", None), 2: ("ok", None)}
    assert ("an object of type object" in (found[1]["outputs_error"] or "")) == wanted
    assert (found[1]["calls"], sorted(found[1]["files"])) == (3, ["latencies.npy"])
    assert found[2]["outputs_error"] is None


def growth_file(tmp_path, size):
    return json.loads((tmp_path / str(size) / "growth.json").read_text())


@pytest.fixture
def two_calls(monkeypatch):
    """Have each of the blocks that are made for growth hold two calls."""
    monkeypatch.setattr(growth, "calls_of_blocks", lambda call_ns: [2, 2, 2])


MADE_AGAIN = 2 + 1 + 3 * 2


@pytest.mark.usefixtures("two_calls")
def test_what_grows_is_read_after_everything_was_timed(monkeypatch, tmp_path):
    models = {1: Model(), 2: Model()}
    found = measured(monkeypatch, tmp_path, models, growth=True)
    assert {size: model.made for size, model in models.items()} == dict.fromkeys(models, TIMED + MADE_AGAIN)
    assert sorted(found[1]["files"]) == ["growth.json", "latencies.npy"]
    given = growth_file(tmp_path, 1)
    assert (given["schema"], given["timed"], len(given["blocks"])) == ("kprof.growth/1", False, 3)
    assert found[1]["growth_error"] is None


@pytest.mark.usefixtures("two_calls")
@pytest.mark.parametrize("fails_at", [TIMED, TIMED + 2, TIMED + 5])
def test_what_grows_cannot_be_had_and_no_timing_is_lost(monkeypatch, tmp_path, fails_at):
    found = measured(monkeypatch, tmp_path, {1: Model(fails_at), 2: Model()}, growth=True)
    assert outcomes(found) == {1: ("ok", None), 2: ("ok", None)}
    assert (found[1]["calls"], sorted(found[1]["files"])) == (3, ["latencies.npy"])
    assert found[1]["growth_error"] == BROKEN
    assert found[2]["growth_error"] is None


@pytest.mark.usefixtures("two_calls")
def test_a_capture_that_failed_is_not_called_again(monkeypatch, tmp_path):
    models = {1: Model(4), 2: Model()}
    found = measured(monkeypatch, tmp_path, models, growth=True)
    assert (found[1]["status"], models[1].made) == ("failed", 5)
    assert not (tmp_path / "1" / "growth.json").exists()
    assert (tmp_path / "2" / "growth.json").exists()


@pytest.mark.long
def test_slow_calls_are_read_around_their_blocks_and_never_made_again(monkeypatch, tmp_path):
    monkeypatch.setattr(measure, "SLOW_CALL_NS", 0)
    models = {1: Model(), 2: Model()}
    found = measured(monkeypatch, tmp_path, models, growth=True)
    assert {size: model.made for size, model in models.items()} == dict.fromkeys(models, TIMED)
    given = growth_file(tmp_path, 1)
    assert given["timed"]
    settled = measure.blocks.RE_WARM_UP_CALLS
    assert [block["calls"] for block in given["blocks"]] == [3 + settled]
    assert sorted(found[1]["files"]) == ["growth.json", "latencies.npy"]


@pytest.mark.long
def test_collections_in_slow_calls_are_watched_where_nothing_is_timed_for_speed(monkeypatch, tmp_path):
    monkeypatch.setattr(measure, "SLOW_CALL_NS", 0)
    size = 1
    variant = Variant("mine", "compiled", "predict", size, size)
    entries = [VariantSpec(variant, name, 3, 1.0, False, name) for name in ("wall", "probes")]
    workload = SimpleNamespace(
        build=lambda *_: (Model(), "made up"), inputs=lambda rows: (np.zeros(rows), []), notes=lambda _: []
    )
    monkeypatch.setattr(built_in, "open_workload", lambda *_: workload)
    part = MeasureSpec("here", 0, 1, entries, CatalogueSpec([], ObserveSpec()), growth=True)
    measure.run(Spec(str(tmp_path), [WorkloadSpec("mine")], measure=part), part, MadeUp(), Parent(None, ""))
    assert json.loads((tmp_path / "wall" / "growth.json").read_text())["watched"]["calls"] == 3
    assert not (tmp_path / "probes" / "growth.json").exists()


def test_what_lies_between_calls_stands_beside_them(monkeypatch, tmp_path):
    found = measured(monkeypatch, tmp_path, {1: Model()})
    assert found[1]["between_calls_ns"] > 0
    assert len(found[1]["collections"]) == 3


def test_an_entry_point_is_compared_with_predict_and_a_state_with_the_other(monkeypatch, tmp_path):
    class Both(Model):
        def __call__(self, x, training):
            return x + 1

    models = {state: Both() for state in ("uncompiled", "compiled")}
    workload = SimpleNamespace(
        build=lambda state, batch_size: (models[state], "made up"),
        inputs=lambda rows: (np.ones(rows), []),
        notes=lambda state: [],
    )
    monkeypatch.setattr(built_in, "open_workload", lambda *_: workload)
    predict = Variant("mine", "compiled", "predict", 2, 4)
    wanted = [predict.differing(entry_point="call"), predict, predict.differing(compile_state="uncompiled")]
    part = MeasureSpec(
        environment="here",
        process=0,
        seed=1,
        variants=[VariantSpec(one, "wall", 1, 1.0, False, one.folder) for one in wanted],
        catalogue=CatalogueSpec([], ObserveSpec()),
        outputs=True,
    )
    spec = Spec(str(tmp_path), [WorkloadSpec("mine")], measure=part)
    measure.run(spec, part, MadeUp(), Parent(None, str(tmp_path)))
    call, compiled, uncompiled = (
        json.loads((tmp_path / one.folder / "outputs.json").read_text())["against"] for one in wanted
    )
    assert uncompiled == {}
    assert {name: one["beyond"] for name, one in compiled.items()} == {wanted[2].id: 0}
    # batch by batch, its outputs are joined as predict's are
    assert {name: (one["mismatch"], one["beyond"]) for name, one in call.items()} == {predict.id: (None, 4)}


def test_the_timings_are_on_disk_before_any_inspected_call(monkeypatch, tmp_path):
    """A worker that dies in it leaves them."""
    seen = []

    def inspect(*_):
        seen.append({size: (tmp_path / size / "capture.json").is_file() for size in ("1", "2")})
        return Inspection({}), []

    monkeypatch.setattr(measure.inspection, "inspect_call", inspect)
    measured(monkeypatch, tmp_path, {1: Model(), 2: Model()}, inspect=True)
    assert seen == [{"1": True, "2": True}] * 2


def test_a_module_that_cannot_be_parsed_costs_its_own_function_alone(monkeypatch, tmp_path):
    """One such file in the environment discarded the timings of every variant."""
    (tmp_path / "kprof_unparsable.py").write_text("def f(:\n")
    (tmp_path / "kprof_parsable.py").write_text("def f(): pass\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    keys = ("kprof_unparsable.py::f", "kprof_parsable.py::f")
    found = measured(monkeypatch, tmp_path, {1: Model()}, inspect=True, functions=keys)
    functions = json.loads((tmp_path / "1" / "inspect.json").read_text())["functions"]
    assert (found[1]["status"], found[1]["inspection_error"]) == ("ok", None)
    assert "cannot be parsed" in functions[keys[0]]["error"]
    assert (functions[keys[1]]["exists"], functions[keys[1]]["error"]) == (True, None)


@pytest.mark.parametrize("calls", [3, None])
def test_the_calls_are_those_that_were_asked_for_or_fit_the_budget(monkeypatch, tmp_path, calls):
    found = measured(monkeypatch, tmp_path, {1: Model()}, calls=calls)
    budget_calls = next(one.budget_calls for one in INSTRUMENTS if one.id == "wall")
    assert 1 <= found[1]["calls"] <= budget_calls
    assert calls is None or found[1]["calls"] == calls


@pytest.fixture
def toy(monkeypatch):
    """An instrument in a module of its own and a descriptor: all that it takes to add one."""
    log = []

    class Toy(Attached):
        def take(self, count, re_warm_up):
            log.append((self.call.kwargs["batch_size"], count))
            return Timed([0] * count, [5] * count)

        def finish(self):
            return Recording(unsound="it is a toy", merged_labels=7)

    module = types.ModuleType("toy")
    module.attach = Toy
    monkeypatch.setitem(sys.modules, f"{instruments.__name__}.toy", module)

    def described(**fields):
        descriptor = Instrument("toy", "a toy", (), **fields)
        monkeypatch.setattr(measure, "instrument", {"toy": descriptor}.__getitem__)
        return log

    return described


def test_an_instrument_is_found_by_its_id_and_takes_each_variant_in_one_block(monkeypatch, tmp_path, toy):
    log = toy(most_calls=4)
    found = measured(monkeypatch, tmp_path, {1: Model(), 2: Model()}, "toy", calls=9)
    assert log == [(1, 4), (2, 4)]
    assert outcomes(found)[2] == ("unsound", "it is a toy")
    assert (found[2]["window_ns"], found[2]["merged_labels"]) == (20, 7)
    assert [block["calls"] for block in found[2]["blocks"]] == [4]


def test_an_instrument_that_interleaves_takes_the_variants_in_turns(monkeypatch, tmp_path, toy):
    log = toy(interleaves=True)
    monkeypatch.setattr(measure.blocks, "BLOCK_NS", 1)
    found = measured(monkeypatch, tmp_path, {1: Model(), 2: Model()}, "toy", calls=4)
    assert [count for _, count in log] == [1] * 8
    rounds = [sorted(size for size, _ in log[start : start + 2]) for start in range(0, 8, 2)]
    assert rounds == [[1, 2]] * 4
    assert {block["settle"] for block in found[1]["blocks"]} == {measure.blocks.RE_WARM_UP_CALLS}


def test_the_manager_is_looked_for_between_blocks(monkeypatch, tmp_path):
    class GoneError(Exception):
        pass

    class Watched:
        left = 3

        def check(self):
            self.left -= 1
            if self.left < 0:
                raise GoneError

    monkeypatch.setattr(measure.blocks, "BLOCK_NS", 1)
    monkeypatch.setattr(sys.modules[__name__], "Parent", lambda *_: Watched())
    model = Model()
    with pytest.raises(GoneError):
        measured(monkeypatch, tmp_path, {1: model}, calls=50)
    assert model.made == 1 + 3 + 2


class Recorded:
    """Turns that are always given at once, and what they were asked for."""

    beside = True
    waiting = Waiting(2, 100, 1)

    def __init__(self, log):
        self.log = log

    def ready(self, rounds):
        self.log.append(("ready", rounds))
        return 3

    def block(self, number, position):
        self.log.append(("block", number, position))
        return len(self.log)

    def rest(self):
        self.log.append("rest")


def test_beside_another_worker_each_block_is_asked_for_and_what_follows_too(monkeypatch, tmp_path):
    log = []
    monkeypatch.setattr(measure, "of_worker", lambda *_: Recorded(log))
    writes = captures.write
    monkeypatch.setattr(captures, "write", lambda *rest: (log.append("writes"), writes(*rest))[1])
    (manifest,) = measured(monkeypatch, tmp_path, {1: Model()}, calls=6).values()
    assert log == [("ready", 1), ("block", 0, 0), ("block", 1, 0), ("block", 2, 0), "rest", "writes"]
    blocks = [(one["block"], one["calls"], one["turn"]) for one in manifest["blocks"]]
    assert blocks == [(0, 2, 2), (1, 2, 3), (2, 2, 4)]
    # another process ran in between
    assert {one["settle"] for one in manifest["blocks"]} == {3}
    assert manifest["waiting"] == {"turns": 2, "wait_ns": 100, "cpu_ns": 1}


def test_two_instruments_take_turns_on_a_variant_that_is_built_and_warmed_up_once(monkeypatch, tmp_path):
    model = Model()
    built = []
    monkeypatch.setattr(
        built_in,
        "open_workload",
        lambda *_: SimpleNamespace(
            build=lambda state, size: built.append(size) or (model, "given"),
            inputs=lambda rows: (np.zeros((rows, 1)), []),
            notes=lambda state: [],
        ),
    )
    variant = Variant("mine", "compiled", "predict", 1, 1)
    wanted = [VariantSpec(variant, name, 4, 1.0, False, name) for name in ("wall", "probes")]
    part = MeasureSpec("here", 0, 1, wanted, CatalogueSpec([], ObserveSpec()))
    spec = Spec(str(tmp_path), [WorkloadSpec("mine")], measure=part)
    measure.run(spec, part, MadeUp(), Parent(None, str(tmp_path)))
    found = {name: json.loads((tmp_path / name / "capture.json").read_text()) for name in ("wall", "probes")}
    assert built == [1]
    assert {name: (one["status"], one["instrument"], one["calls"]) for name, one in found.items()} == {
        "wall": ("ok", "wall", 4),
        "probes": ("ok", "probes", 4),
    }
    assert found["wall"]["warm_up_ns"] == found["probes"]["warm_up_ns"]
    assert sorted(found["probes"]["files"]) == ["latencies.npy", "probes.json", "spans.npz"]


def test_a_variant_that_cannot_be_built_is_tried_once_and_fails_all_its_captures(monkeypatch, tmp_path):
    tried = []

    def build(state, size):
        tried.append(size)
        raise ValueError("no such model")

    monkeypatch.setattr(built_in, "open_workload", lambda *_: SimpleNamespace(build=build))
    variant = Variant("mine", "compiled", "predict", 1, 1)
    wanted = [VariantSpec(variant, name, 4, 1.0, False, name) for name in ("wall", "probes")]
    part = MeasureSpec("here", 0, 1, wanted, CatalogueSpec([], ObserveSpec()))
    measure.run(Spec(str(tmp_path), [WorkloadSpec("mine")], measure=part), part, MadeUp(), Parent(None, "/"))
    captured = [json.loads((tmp_path / one / "capture.json").read_text()) for one in ("wall", "probes")]
    assert tried == [1]
    assert {one["reason"].partition(" (")[0] for one in captured} == {"ValueError: no such model"}
