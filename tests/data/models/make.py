"""Makes the model files beside this script, each with the release that its folder in MANIFEST.json names.

Run it once under each release, ``PYTHON make.py``: it makes the files of the release that it finds there.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"

import tensorflow as tf

HERE = Path(__file__).resolve().parent
SIZE = 6


def model():
    """Return a model with a layer whose configuration Keras 3 does not read from a file of Keras 2."""
    layers = tf.keras.layers
    one = tf.keras.Sequential(
        [
            tf.keras.Input((SIZE, SIZE, 2), name="image"),
            layers.DepthwiseConv2D(2, name="depthwise"),
            layers.GlobalAveragePooling2D(name="pool"),
            layers.Dense(1, name="dense"),
        ]
    )
    one.compile(loss="mse", optimizer="sgd")
    return one


def plain():
    """Return a model that every Keras reads."""
    inputs = tf.keras.Input((4,), name="rows")
    return tf.keras.Model(inputs, tf.keras.layers.Dense(1, name="dense")(inputs))


class Sums(tf.Module):
    """No Keras model: two functions with a signature each."""

    def __init__(self):
        super().__init__()
        self.scale = tf.Variable(2.0)

    @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32, name="x")])
    def scaled(self, x):
        """Return x, scaled."""
        return {"scaled": self.scale * x}

    @tf.function(
        input_signature=[
            tf.TensorSpec([None, 3], tf.float32, name="left"),
            tf.TensorSpec([None, 3], tf.float32, name="right"),
        ]
    )
    def added(self, left, right):
        """Return two outputs of two inputs."""
        return {"sum": left + right, "difference": left - right}


def of_2_4():
    """Make the files of TensorFlow 2.4, whose .keras files are HDF5."""
    model().save("keras-2.4.h5")
    model().save("keras-2.4-named.keras", save_format="h5")
    model().save_weights("keras-2.4.weights.h5")


def of_2_15():
    """Make the files of TensorFlow 2.15."""
    model().save("keras-2.15.keras")
    model().save("keras-2.15.h5")
    model().save_weights("keras-2.15.weights.h5")
    plain().save("saved-model-keras-2.15")


def of_2_21():
    """Make the files of TensorFlow 2.21."""
    model().save("keras-3.keras")
    model().save("keras-3.h5")
    model().save_weights("keras-3.weights.h5")
    plain().export("exported-keras-3")
    sums = Sums()
    signatures = {"scaled": sums.scaled, "added": sums.added}
    tf.saved_model.save(sums, "saved-model-2.21", signatures=signatures)


def write_manifest():
    """Write the hash of every file, and the release that made each."""
    path = HERE / "MANIFEST.json"
    known = json.loads(path.read_text()) if path.exists() else {"made_by": "make.py", "files": {}}
    # tf.keras of 2.15 does not say its version
    here = f"TensorFlow {tf.__version__}, Keras {getattr(tf.keras, '__version__', '2.15.0')}"
    files = {}
    for file in sorted(HERE.rglob("*")):
        if file.is_file() and file.name not in ("MANIFEST.json", "make.py") and file.suffix != ".pyc":
            name = file.relative_to(HERE).as_posix()
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
            before = known["files"].get(name)
            is_same = before is not None and before["sha256"] == digest
            files[name] = before if is_same else {"sha256": digest, "made_with": here}
    path.write_text(json.dumps({**known, "files": files}, indent=1) + "\n")


if __name__ == "__main__":
    os.chdir(HERE)
    tf.random.set_seed(1)
    release = ".".join(tf.__version__.split(".")[:2])
    {"2.4": of_2_4, "2.15": of_2_15, "2.21": of_2_21}[release]()
    write_manifest()
