"""The ways to the same prediction that advice tries: one descriptor each, the simplest to write first.

A candidate is this descriptor and ``collect/candidates/ID.py``, which makes its call in the worker. Its id
stands in the entry point's place of a variant.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Tuple

BASELINE = "predict"
XLA = "xla"
EXTRAS = "extras"
TENSORFLOW = "tensorflow"
CALLS_PER_BATCH = "calls_per_batch"


@dataclass(frozen=True)
class Candidate:
    """A way to call.

    In ``once`` and ``each``, ``{model}`` and ``{x}`` stand for the user's model and input, ``{rows}`` for the
    rows of a call, ``{signature}`` for the open signature of the input.

    Attributes:
        id: its name, that of its module.
        what: what it does, in a few words.
        each: the expression that takes the place of the user's call.
        once: lines that it needs outside of the loop.
        imports: lines that these need before them.
        gives_tensors: whether ``each`` gives the framework's tensors instead of arrays.
        apart: whether it runs in processes of its own, beside the baseline alone.
        packages: what has to be installed beside the framework: names of distributions, which their imports
            are with underscores.
        option: the option that asks for it; None: it is always tried.
        condition: under which it may be used, whatever was measured; None: always.
        same_data: whether every call has to predict the same input.
        framework: the only one that it works with; None: any.
        pads: whether rows that vary are padded to powers of two, so that few sizes are compiled.
    """

    id: str
    what: str
    each: str
    once: Tuple[str, ...] = ()
    imports: Tuple[str, ...] = ()
    gives_tensors: bool = False
    apart: bool = False
    packages: Tuple[str, ...] = ()
    option: Optional[str] = None
    condition: Optional[str] = None
    same_data: bool = False
    pads: bool = False
    framework: Optional[str] = None


_TENSORFLOW = ("import tensorflow as tf",)
_NUMPY = ("import numpy as np",)
_STEP = "lambda x: {model}(x, training=False)"

CANDIDATES = (
    Candidate(BASELINE, "what you call now", "{model}.predict({x}, verbose=0)"),
    Candidate("predict_on_batch", "all rows in one step, no input pipeline", "{model}.predict_on_batch({x})"),
    Candidate(
        "call",
        "the model itself, outside of any graph",
        "{model}({x}, training=False)",
        gives_tensors=True,
    ),
    Candidate(
        "larger_batches",
        "predict with all rows in one batch",
        "{model}.predict({x}, batch_size={rows}, verbose=0)",
    ),
    Candidate(
        "function_fixed",
        "tf.function, traced once for each shape",
        "step({x})",
        (f"step = tf.function({_STEP})",),
        _TENSORFLOW,
        gives_tensors=True,
    ),
    Candidate(
        "function_open",
        "tf.function, traced once for any number of rows",
        "step({x})",
        (f"step = tf.function({_STEP}, input_signature=[{{signature}}])",),
        _TENSORFLOW,
        gives_tensors=True,
        framework=TENSORFLOW,
    ),
    Candidate(
        "dataset",
        "predict on a tf.data.Dataset made once",
        "{model}.predict(dataset, verbose=0)",
        (
            "options = tf.data.Options()",
            "options.autotune.enabled = False",
            "options.experimental_optimization.apply_default_optimizations = False",
            "options.threading.private_threadpool_size = 1",
            "options.threading.max_intra_op_parallelism = 1",
            "dataset = tf.data.Dataset.from_tensors({x}).with_options(options)",
        ),
        _TENSORFLOW,
        condition="where every call predicts the same data",
        same_data=True,
        framework=TENSORFLOW,
    ),
    Candidate(
        "function_fixed_xla",
        "tf.function compiled by XLA, traced once for each shape",
        "step({x})",
        (f"step = tf.function({_STEP}, jit_compile=True)",),
        _TENSORFLOW,
        gives_tensors=True,
        pads=True,
        option=XLA,
        framework=TENSORFLOW,
    ),
    Candidate(
        "function_open_xla",
        "tf.function compiled by XLA, traced once for any number of rows",
        "step({x})",
        (f"step = tf.function({_STEP}, input_signature=[{{signature}}], jit_compile=True)",),
        _TENSORFLOW,
        gives_tensors=True,
        pads=True,
        option=XLA,
        framework=TENSORFLOW,
    ),
    Candidate(
        "coalesced",
        "several inputs in one step",
        "np.split({model}.predict_on_batch(np.concatenate(xs)), np.cumsum([len(x) for x in xs])[:-1])",
        imports=_NUMPY,
        option=CALLS_PER_BATCH,
        condition="where so many inputs are at hand at once",
    ),
    Candidate(
        "saved_model",
        "the signature of an exported SavedModel",
        "serve({x})",
        (
            '{model}.export("exported")',
            'serve = tf.saved_model.load("exported").serve  # keep what load() returns, too',
        ),
        _TENSORFLOW,
        gives_tensors=True,
        apart=True,
        option=EXTRAS,
        condition="the export keeps the weights that the model had then",
        framework=TENSORFLOW,
    ),
    Candidate(
        "litert",
        "LiteRT on one thread",
        "lite({x})",
        ("# lite: an ai_edge_litert Interpreter of the converted model, resized for each number of rows",),
        apart=True,
        packages=("ai-edge-litert",),
        option=EXTRAS,
        condition="the export keeps the weights that the model had then; one object for each thread",
        framework=TENSORFLOW,
    ),
    Candidate(
        "onnxruntime",
        "ONNX Runtime on one thread",
        "session.run(None, {{name: {x}}})[0]",
        (
            '{model}.export("model.onnx", format="onnx")',
            'session = onnxruntime.InferenceSession("model.onnx")',
            "name = session.get_inputs()[0].name",
        ),
        ("import onnxruntime",),
        apart=True,
        packages=("onnxruntime", "tf2onnx"),
        option=EXTRAS,
        condition="the export keeps the weights that the model had then",
    ),
    Candidate(
        "openvino",
        "OpenVINO in float32",
        "compiled({x})[0]",
        (
            '{model}.export("exported")',
            'converted = openvino.convert_model("exported")',
            'hint = {{"INFERENCE_PRECISION_HINT": "f32"}}',
            'compiled = openvino.Core().compile_model(converted, "CPU", hint)',
        ),
        ("import openvino",),
        apart=True,
        packages=("openvino",),
        option=EXTRAS,
        condition="the export keeps the weights that the model had then; one object for each thread",
        framework=TENSORFLOW,
    ),
)
CANDIDATE_IDS = tuple(one.id for one in CANDIDATES)


def candidate(name: str) -> Candidate:
    """Return the descriptor of a candidate's id.

    Raises:
        KeyError: no such candidate.
    """
    return {one.id: one for one in CANDIDATES}[name]


def simplicity(name: str) -> int:
    """Return how far down the list a candidate stands: the smaller, the simpler to write and to keep."""
    return CANDIDATE_IDS.index(name)
