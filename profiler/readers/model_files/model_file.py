"""What a model file says of itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from packaging.version import InvalidVersion, Version

LONGEST_VERSION = 40
# tf.keras of TensorFlow 2.0 to 2.3 calls itself 2.2.4-tf
_SUFFIX = re.compile(r"-tf$")


class Kind(Enum):
    """The kinds of files that hold a model; the value is what a person calls one."""

    ARCHIVE = ".keras archive"
    HDF5 = "HDF5 file"
    SAVED_MODEL = "SavedModel"


@dataclass(frozen=True)
class ModelFile:
    """A model's file or folder, and what it says of itself, which may be untrue.

    Attributes:
        path: the file or folder.
        kind: which kind it is, whatever its name.
        keras: the Keras that it says wrote it; None where it does not say.
        tensorflow: the TensorFlow that it says wrote it; None where it does not say.
        holds_keras_model: False for a SavedModel that no Keras makes a model of again.
        signatures: the names of a SavedModel's signatures, in alphabetical order.
    """

    path: Path
    kind: Kind
    keras: Version | None = None
    tensorflow: Version | None = None
    holds_keras_model: bool = True
    signatures: tuple[str, ...] = ()

    @property
    def writer(self) -> str | None:
        """What wrote it, as a person names it; None where it does not say."""
        if self.keras is not None:
            return f"Keras {self.keras}"
        return None if self.tensorflow is None else f"TensorFlow {self.tensorflow}"


def version(text: str | None) -> Version | None:
    """Return a version that a file states; None for a text that is none."""
    if text is None or len(text) > LONGEST_VERSION:
        return None
    try:
        return Version(_SUFFIX.sub("", text))
    except InvalidVersion:
        return None
