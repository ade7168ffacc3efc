"""Files of other profilers for tests: real ones with known answers, and small made-up profiles."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from profiler.export import pstats as writer
from profiler.readers.pstats import Profile, Samples
from profiler.tables import spec
from profiler.tables.profile import EDGES, FUNCTIONS
from tests import reference

KERAS = Path(__file__).parent / "data" / "keras"
ANSWERS = json.loads((KERAS / "MANIFEST.json").read_text())
DATA = KERAS.parent
LOST = DATA / "py3.12-predict-lost.prof"
TRACE = next(reference.CURRENT.glob("captures/*/tiny-compiled-predict-b32/tfprofiler-1"))
OLD_TRACE = next(reference.FOLDER.glob("tf2.0*/captures/*/tiny-compiled-predict-b32/tfprofiler-1"))

TRAINER = "keras/src/backend/tensorflow/trainer.py"
WRAPPER = "keras/src/utils/traceback_utils.py"
TRACING = "tensorflow/python/eager/polymorphic_function/tracing_compilation.py"

Function = tuple[str, int, str]
MAIN: Function = ("app.py", 1, "main")
PREDICT: Function = (TRAINER, 500, "predict")
FIT: Function = (TRAINER, 300, "fit")
HANDLER: Function = (WRAPPER, 100, "error_handler")
ADAPTER: Function = (TRAINER, 700, "__init__")
CREATE: Function = (TRACING, 200, "_create_concrete_function")


def real(name: str, folder: Path) -> Path:
    """Return a real profile of `KERAS`, unpacked into a folder."""
    target = folder / f"{name}.prof"
    target.write_bytes(gzip.decompress((KERAS / f"{name}.prof.gz").read_bytes()))
    return target


def logs(folder: Path) -> Path:
    """Return a log directory that Keras's TensorBoard callback wrote during fit, its trace packed."""
    target = folder / "logs"
    shutil.copytree(KERAS / "logs", target)
    return target


def profile(
    functions: Mapping[Function, tuple[int, float, float]],
    edges: Mapping[tuple[Function, Function], tuple[int, float]],
    samples: Samples | None = None,
    within: Mapping[Function, int] | None = None,
) -> Profile:
    """Return a profile of functions (calls, own s, inclusive s) and edges (calls, inclusive s).

    ``within`` says how many of a function's calls lie within others of its own.
    """
    rows = {function: row for row, function in enumerate(functions)}
    calls = [one[0] for one in functions.values()]
    return Profile(
        spec.make(
            FUNCTIONS,
            path=[one[0] for one in functions],
            line=[one[1] for one in functions],
            name=[one[2] for one in functions],
            primitive_calls=[
                calls - (within or {}).get(one, 0) for one, calls in zip(functions, calls, strict=True)
            ],
            calls=calls,
            self_s=[one[1] for one in functions.values()],
            cumulative_s=[one[2] for one in functions.values()],
        ),
        spec.make(
            EDGES,
            caller=[rows[caller] for caller, _ in edges],
            callee=[rows[callee] for _, callee in edges],
            primitive_calls=[one[0] for one in edges.values()],
            calls=[one[0] for one in edges.values()],
            self_s=[0.0 for _ in edges],
            cumulative_s=[one[1] for one in edges.values()],
        ),
        samples=samples,
    )


def simple(adapter_s: float = 4.0) -> Profile:
    """Return a program of 10 s: main calls predict 5 times (8 s), in which the adapter takes some seconds."""
    return profile(
        {MAIN: (1, 2.0, 10.0), PREDICT: (5, 8.0 - adapter_s, 8.0), ADAPTER: (5, adapter_s, adapter_s)},
        {(MAIN, PREDICT): (5, 8.0), (PREDICT, ADAPTER): (5, adapter_s)},
    )


def nested() -> Profile:
    """Return a program whose main calls predict twice (6 s), and a callback in each calls it once more."""
    callback: Function = ("app.py", 20, "on_predict_end")
    return profile(
        {MAIN: (1, 0.5, 10.0), HANDLER: (4, 4.0, 9.5), PREDICT: (4, 5.0, 6.0), callback: (2, 0.5, 1.5)},
        {
            (MAIN, HANDLER): (2, 9.5),
            (callback, HANDLER): (2, 1.5),
            (HANDLER, PREDICT): (4, 6.0),
            (PREDICT, callback): (2, 1.5),
        },
        within={HANDLER: 2, PREDICT: 2},
    )


def beside() -> Profile:
    """Return a program in which fit (6 s) and predict (4 s) both make graph functions, through one more."""
    shared: Function = (TRACING, 100, "trace_function")
    return profile(
        {
            MAIN: (1, 0.0, 10.0),
            FIT: (1, 1.0, 6.0),
            PREDICT: (2, 1.0, 4.0),
            ADAPTER: (3, 3.0, 3.0),
            shared: (4, 0.0, 5.0),
            CREATE: (4, 5.0, 5.0),
        },
        {
            (MAIN, FIT): (1, 6.0),
            (MAIN, PREDICT): (2, 4.0),
            (FIT, ADAPTER): (1, 2.0),
            (PREDICT, ADAPTER): (2, 1.0),
            (FIT, shared): (2, 3.0),
            (PREDICT, shared): (2, 2.0),
            (shared, CREATE): (4, 5.0),
        },
    )


def write(made: Profile, path: Path) -> Path:
    """Write a profile as a ``.prof`` file."""
    writer.write(made, path)
    return path
