"""The catalogue's functions of Keras 3, watched in a real process."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[2]
SCRIPT = """
import sys, tomllib
from _thread import get_ident
import numpy as np, tensorflow as tf
from profiler.collect.probes import spans, tape, watch

with open("profiler/catalogue/internals/keras-3.toml", "rb") as file:
    keys = [key for names in tomllib.load(file)["functions"].values() for key in names]
model = tf.keras.Sequential([tf.keras.layers.Input((4,)), tf.keras.layers.Dense(1)])
x = np.ones((32, 4), "float32")
predict = lambda: model.predict(x, verbose=0)
[predict() for _ in range(4)]
recorded = tape.Tape()
watched = watch.Watch(keys, recorded)
assert set(watched.ways.values()) == {"in its frame"} and not watched.unwatched, watched.ways
own = {}
for key, function, code in watched._codes:
    if code.co_name == key.rpartition("::")[2].rpartition(".")[2]:
        own[code.co_filename, code.co_firstlineno, code.co_name] = keys.index(key)
watched.on(); predict(); watched.off()
found = spans.spans(recorded.take(), get_ident())
counted = {}
def count(frame, event, _):
    code = frame.f_code
    at = own.get((code.co_filename, code.co_firstlineno, code.co_name))
    if event == "call" and at is not None:
        counted[at] = counted.get(at, 0) + 1
sys.setprofile(count); predict(); sys.setprofile(None)
watched.close()
main = found.thread == 0
entries = {at: int((main & (found.function == at)).sum()) for at in own.values()}
assert {at: n for at, n in entries.items() if n} == counted, (entries, counted)
assert not found.open and not found.stray and not found.backward
lengths = found.end_ns - found.start_ns
exclusive = lengths.copy()
for row, above in enumerate(found.parent.tolist()):
    if above >= 0:
        assert found.start_ns[above] <= found.start_ns[row] and found.end_ns[row] <= found.end_ns[above]
        exclusive[above] -= lengths[row]
assert (exclusive >= 0).all()
(top,) = [row for row in range(len(lengths)) if found.parent[row] < 0 and main[row]]
assert found.function[top] == 0 and exclusive[main].sum() == lengths[top]
"""


def test_the_functions_of_keras_3_are_watched_in_their_frames_and_nest_and_add_up():
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
