"""The time of each layer: made-up traces, and real ones against a walk from moment to moment."""

import dataclasses
import gzip

import pytest

from profiler.attribution.trace import compute, layers, sound_trace
from profiler.attribution.trace.marked_calls import find_marks
from profiler.protocol.scopes import LayerScopes
from profiler.readers import xplane
from profiler.runs import record
from tests import reference
from tests.attribution.trace import made_trace
from tests.attribution.trace.made_trace import MARK
from tests.oracles import layers_oracle

A = LayerScopes("a", "Dense", ["m/a"], 5)
B = LayerScopes("b", "Dense", ["m/b", "m/b_1"], 6)


def measured(python=(), told=(A, B), calls=((0, 100),), **threads):
    """Return the layers of a trace of kernels (name, start, end) by kind of line, or by executor_N."""
    marks = [(MARK, *call) for call in calls]
    trace = made_trace.of_threads({"python": [*marks, *python], **threads})
    return layers.measure(trace, find_marks(trace, MARK), told and list(told))


def times(found):
    """Return (layer, use) -> ps."""
    table = found.table
    keys = zip(table.coded("layer").decode(), table.array("use").tolist(), strict=True)
    return dict(zip(keys, table.array("compute_ps").tolist(), strict=True))


def column(found, name):
    return found.table.array(name).tolist()


STEP = ("ExecutorState::Process", 0, 100)


def test_an_instant_with_kernels_of_several_layers_is_divided_equally():
    """The other thread's kernels stand on the calling thread, below an executor's step."""
    found = measured(
        python=[STEP, ("m/a/MatMul:MatMul", 10, 50)],
        executor=[("m/b/MatMul:MatMul", 30, 60), ("m/Cast:Cast", 60, 70)],
    )
    assert times(found) == {("a", 1): 30.0, ("b", 1): 20.0, ("", 0): 10.0}


def test_of_kernels_within_each_other_the_innermost_counts():
    found = measured(executor=[("m/a/while:While", 10, 90), ("m/b/MatMul:MatMul", 20, 60)])
    assert times(found) == {("a", 1): 40.0, ("b", 1): 40.0, ("", 0): 0.0}


def test_what_carries_no_scope_of_a_layer_has_a_row_of_its_own():
    found = measured(executor=[("m/a/MatMul:MatMul", 10, 20), ("m/Cast:Cast", 20, 50)])
    assert times(found) == {("a", 1): 10.0, ("", 0): 30.0}
    assert found.table.coded("certainty").decode() == ["known", "known"]
    assert column(found, "share_of_compute") == pytest.approx([0.25, 0.75])
    assert column(found, "share_of_calls") == pytest.approx([0.1, 0.3])


def test_each_use_of_a_shared_layer_is_kept_apart():
    found = measured(executor=[("m/b/MatMul:MatMul", 10, 20), ("m/b_1/MatMul:MatMul", 30, 70)])
    assert times(found) == {("b", 2): 40.0, ("b", 1): 10.0, ("", 0): 0.0}
    assert column(found, "uses") == [2, 2, 0]


def test_only_time_within_the_calls_counts_and_a_kernel_may_span_two():
    found = measured(calls=[(0, 40), (60, 100)], executor=[("m/a/MatMul:MatMul", 30, 70)])
    assert times(found) == {("a", 1): 20.0, ("", 0): 0.0}
    assert found.calls == 2
    assert found.compute == pytest.approx(20 / 80)


def test_entries_are_those_of_the_kernel_that_ran_least_often():
    """A loop runs its kernels many times for one entry of the layer."""
    loop = [("m/a/while/MatMul:MatMul", at, at + 2) for at in range(20, 60, 4)]
    found = measured(calls=[(0, 100), (100, 200)], executor=[("m/a/Transpose:Transpose", 10, 12), *loop])
    assert column(found, "kernels_per_call")[0] == 11 / 2
    assert column(found, "entries_per_call")[0] == 1 / 2


def test_a_program_of_xla_and_eager_operations_belong_to_no_layer():
    compiled = measured(executor=[("CpuExecutable::ExecuteAsyncOnStream", 20, 60), ("MatMul.12", 25, 55)])
    assert (times(compiled), compiled.programs, compiled.eager) == ({("", 0): 40.0}, 1, 0)
    eager = measured(python=[("EagerLocalExecute: MatMul", 10, 60), ("KernelAndDeviceFunc::Run", 20, 50)])
    assert (times(eager), eager.programs, eager.eager) == ({("", 0): 30.0}, 0, 1)


def test_calls_without_a_kernel_have_one_row_and_no_shares():
    found = measured(python=[("$a.py:1 f", 10, 20)])
    assert times(found) == {("", 0): 0.0}
    assert found.compute == 0


@pytest.mark.parametrize(
    ("weights", "kind", "kernel", "certainty"),
    [
        (0, "Activation", "Relu:_FusedMatMul", "fused"),
        (0, "ReLU", "Relu:_FusedConv2D", "fused"),
        (64, "BatchNormalization", "add:_MklNativeFusedConv2D", "fused"),
        (9, "Dense", "Relu:_MklNativeFusedMatMul", "known"),
        (64, "BatchNormalization", "FusedBatchNormV3:FusedBatchNormV3", "known"),
        (0, "Activation", "Relu:Relu", "known"),
    ],
)
def test_a_layer_into_which_the_one_before_was_fused_is_marked(weights, kind, kernel, certainty):
    told = [LayerScopes("x", kind, ["m/x"], weights)]
    found = measured(told=told, executor=[(f"m/x/{kernel}", 10, 20)])
    assert found.table.coded("certainty").decode() == [certainty, "known"]


def test_layers_whose_product_went_into_a_sum_of_the_layer_around_them_are_marked_with_it():
    """TensorFlow 2.21 names the fused kernel of Block's self.a(x) + self.b(x) after the sum."""
    told = [LayerScopes("block", "Block", ["m/block"], 8), LayerScopes("block/a", "Dense", ["m/block/a"], 4)]
    told.append(LayerScopes("block/b", "Dense", ["m/block/b"], 4))
    kernels = [
        ("m/block/a/Cast/ReadVariableOp:ReadVariableOp", 10, 11),
        ("m/block/b/Cast/ReadVariableOp:ReadVariableOp", 12, 13),
        ("m/block/b/BiasAdd:_MklNativeFusedMatMul", 20, 40),
        ("m/block/add:_MklNativeFusedMatMul", 40, 60),
    ]
    table = measured(told=told, executor=kernels).table
    certainty = dict(zip(table.coded("layer").decode(), table.coded("certainty").decode(), strict=True))
    assert certainty == {"block": "fused", "block/a": "partial", "block/b": "known", "": "known"}


def test_entries_are_unknown_where_calls_of_a_layer_have_one_scope():
    told = [LayerScopes("x", "Dense", ["m/x"], 4, calls=2)]
    found = measured(told=told, executor=[("m/x/MatMul:MatMul", 10, 20), ("m/x/MatMul_1:MatMul", 20, 40)])
    assert column(found, "entries_per_call") == [pytest.approx(float("nan"), nan_ok=True)] * 2
    assert column(found, "kernels_per_call") == [2, 0]


def test_a_device_s_kernel_is_the_layer_s_whose_operation_it_tells():
    @dataclasses.dataclass(frozen=True)
    class OnDevice(made_trace.Trace):
        def stats(self, rows):
            names = self.events.coded("name").decode()
            return [{"tf_op": "m/a/MatMul:MatMul"} if names[row] == "sgemm_128" else {} for row in rows]

    threads = {"python": [(MARK, 0, 100)], "device": [("sgemm_128", 10, 40), ("memcpy", 50, 60)]}
    trace = OnDevice(**vars(made_trace.of_threads(threads)))
    found = layers.measure(trace, find_marks(trace, MARK), [A])
    assert times(found) == {("a", 1): 30.0, ("", 0): 10.0}


def test_layers_that_do_not_add_up_to_compute_are_refused():
    found = measured(executor=[("m/a/MatMul:MatMul", 10, 50)])
    assert found.check() is found
    with pytest.raises(ValueError, match=r"layers add up to 0\.4 of the calls, compute is"):
        dataclasses.replace(found, compute=0.4 + 1e-8).check()


def captures():
    for run in (*reference.runs(), *reference.runs_of_layers()):
        for capture in record.read(run).captures:
            if capture.instrument == "tfprofiler" and capture.manifest.python_events is not False:
                yield pytest.param(capture, id=f"{run.name}:{capture.variant.compile_state}")


@pytest.mark.parametrize("capture", list(captures()))
def test_in_a_real_trace_layers_and_no_layer_add_up_to_compute(capture):
    sound = sound_trace.load(capture)
    marks = find_marks(sound.trace, sound.mark)
    told = capture.scopes()
    found = layers.measure(sound.trace, marks, told and told.layers)
    expected = compute.measure(sound.trace, marks).model
    assert sum(column(found, "share_of_calls")) == pytest.approx(expected, abs=1e-9)
    certainty = "guessed" if told is None else "known"
    assert set(found.table.coded("certainty").decode()) == {certainty}


@pytest.mark.parametrize("run", reference.runs_of_layers(), ids=lambda run: run.name)
def test_a_real_trace_has_its_known_answers(run):
    """Medium's LSTM and Conv1D have most of the time; uses of a shared layer and of a nested model differ."""
    (capture,) = record.read(run).captures
    answers = reference.answers(run)[capture.path]
    sound = sound_trace.load(capture)
    found = layers.measure(sound.trace, find_marks(sound.trace, sound.mark), capture.scopes().layers)
    labelled = {f"{layer} {use}": ps for (layer, use), ps in times(found).items() if use}
    assert labelled == pytest.approx(answers["layers_ps"], rel=1e-9)
    assert times(found)["", 0] == answers["no_layer_ps"]
    assert sum(column(found, "kernels_per_call")) * found.calls == pytest.approx(answers["kernels"])


@pytest.mark.parametrize("run", reference.runs_of_layers(), ids=lambda run: run.name)
def test_a_real_trace_equals_a_walk_from_moment_to_moment(run):
    (capture,) = record.read(run).captures
    (path,) = capture.trace_folder().glob("*.xplane.pb.gz")
    told = capture.scopes().layers
    owners = {scope: (one.path, place + 1) for one in told for place, scope in enumerate(one.scopes)}
    mark = sound_trace.session(capture).mark
    expected, kernels = layers_oracle.divided(gzip.decompress(path.read_bytes()), mark, owners)
    # what lies in the model's own scope, and in no layer's, belongs to no layer
    none = expected.pop(None, 0.0) + expected.pop(("", 1), 0.0)
    trace = xplane.read_session(capture.trace_folder())
    found = layers.measure(trace, find_marks(trace, mark), told)
    assert times(found) == pytest.approx({**expected, ("", 0): none}, rel=1e-9)
    assert sum(column(found, "kernels_per_call")) * found.calls == len(kernels)
