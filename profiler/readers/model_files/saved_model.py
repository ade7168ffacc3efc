"""A SavedModel folder: who wrote it, its signatures, and whether Keras can load it as a model.

The messages are those of TensorFlow's ``saved_model.proto``, ``meta_graph.proto`` and
``saved_object_graph.proto``; graphs and functions are skipped, never read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ...protocol.errors import UsageError
from ...protocol.options import option
from ..wire.protobuf import SPAN, Buffer, Field, WireError, fields

FILE = "saved_model.pb"
LARGEST = 1 << 31
MOST_FIELDS = 100_000
LONGEST_NAME = 200

_META_GRAPH = 2
_META_INFO, _SIGNATURE, _OBJECT_GRAPH = 1, 5, 7
_TAGS, _TENSORFLOW_VERSION = 4, 5
_SERVE = "serve"
_KERAS = "_tf_keras_"
# TensorFlow's own, which initialise and train
_INTERNAL = "__saved_model_"


@dataclass(frozen=True)
class SavedModel:
    """What ``saved_model.pb`` says.

    Attributes:
        tensorflow: the TensorFlow that wrote it; None where it does not say.
        signatures: the names of its signatures, in alphabetical order.
        holds_keras_model: whether its root is a Keras model.
    """

    tensorflow: str | None
    signatures: tuple[str, ...]
    holds_keras_model: bool


def read(folder: Path) -> SavedModel:
    """Return what a SavedModel says of itself.

    Raises:
        UsageError: it is cut or damaged.
        OSError: it cannot be read.
    """
    path = folder / FILE
    if not path.is_file():
        raise UsageError(f"{FILE} is no file", folder)
    size = path.stat().st_size
    if size > LARGEST:
        raise UsageError(f"has {size} bytes, no message of TensorFlow is so long", path)
    data = path.read_bytes()
    try:
        graphs = [_graph(data, one) for one in _fields(data, 0, len(data)) if _is(one, _META_GRAPH)]
    except WireError as error:
        what = f"is cut or damaged ({len(data)} bytes; {error.message} at byte {error.offset})"
        raise UsageError(what, path, "copy or download the folder again") from None
    if not graphs:
        raise UsageError(f"holds no graph ({len(data)} bytes)", path, "copy or download the folder again")
    for tags, found in graphs:
        if _SERVE in tags:
            return found
    tags = sorted(tag for several, _ in graphs for tag in several)
    raise UsageError(
        f"has no graph with the tag {_SERVE!r}, which TensorFlow 2 loads (tags: {', '.join(tags) or 'none'})",
        folder,
        f"save it again with TensorFlow 2, or give a factory ({option('model', 'module:factory')})",
    )


def _graph(data: bytes, graph: Field) -> tuple[list[str], SavedModel]:
    tags: list[str] = []
    signatures: set[str] = set()
    tensorflow, is_keras = None, False
    for part in _within(data, graph):
        if _is(part, _META_INFO):
            for one in _within(data, part):
                if _is(one, _TAGS):
                    tags.append(_text(data, one))
                elif _is(one, _TENSORFLOW_VERSION):
                    tensorflow = _text(data, one)
        elif _is(part, _SIGNATURE):
            signatures.update(_text(data, one) for one in _within(data, part) if _is(one, 1))
        elif _is(part, _OBJECT_GRAPH):
            is_keras = _root_identifier(data, part).startswith(_KERAS)
    named = tuple(sorted(name for name in signatures if not name.startswith(_INTERNAL)))
    return tags, SavedModel(tensorflow, named, is_keras)


def _root_identifier(data: bytes, graph: Field) -> str:
    """Return how the root of an object graph is called: nodes[0].user_object.identifier."""
    root = next((one for one in _within(data, graph) if _is(one, 1)), None)
    if root is not None:
        user_object = next((one for one in _within(data, root) if _is(one, 4)), None)
        if user_object is not None:
            identifier = next((one for one in _within(data, user_object) if _is(one, 1)), None)
            return "" if identifier is None else _text(data, identifier)
    return ""


def _within(data: Buffer, message: Field) -> Iterator[Field]:
    return _fields(data, message.start, message.stop)


def _fields(data: Buffer, start: int, stop: int) -> Iterator[Field]:
    for count, one in enumerate(fields(data, start, stop)):
        if count > MOST_FIELDS:
            raise WireError(f"more than {MOST_FIELDS} fields in one message", one.offset)
        yield one


def _is(field: Field, number: int) -> bool:
    return field.number == number and field.wire == SPAN


def _text(data: bytes, field: Field) -> str:
    text = data[field.start : min(field.stop, field.start + LONGEST_NAME)].decode("utf-8", "replace")
    return "".join(c if c.isprintable() else "?" for c in text)
