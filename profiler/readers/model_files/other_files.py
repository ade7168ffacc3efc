"""Recognises files and folders that hold no Keras model, by their first bytes, and says what to do."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from ...protocol.errors import UsageError
from ...protocol.options import option

BEGINNING = 1 << 12
MOST_ENTRIES = 10_000
LONGEST_JSON = 1 << 24

_MODEL = option("model", "module:factory")
_FACTORY = f"give a factory that builds the model ({_MODEL})"
_LOADING_FACTORY = f"give a factory that builds the model and loads them ({_MODEL})"
_AGAIN = "download the file itself"
_PYTORCH = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."
_LFS = b"version https://git-lfs.github.com/spec/"
_CHECKPOINT_NAME = re.compile(r"\.(index|data-\d{5}-of-\d{5})$|^checkpoint$")
_ONNX = re.compile(rb"\x08[\x01-\x14](\x12|:|B|\x1a)")


class Other(NamedTuple):
    """What something is instead of a model, and what to do."""

    what: str
    to_do: str


class _Beginning(NamedTuple):
    path: Path
    data: bytes
    size: int


def refusal(path: Path) -> UsageError:
    """Return what to say of a file that is neither an archive nor HDF5.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        start = _Beginning(path, file.read(BEGINNING), path.stat().st_size)
    for look in _LOOKS:
        found = look(start)
        if found is not None:
            return UsageError(found.what, path, found.to_do)
    return UsageError(
        f"is no model file that kprof knows ({start.size} bytes, neither a .keras archive nor HDF5)",
        path,
        f"give a .keras or .h5 file, a SavedModel folder, or a factory ({_MODEL})",
    )


def _empty(start: _Beginning) -> Other | None:
    return None if start.data else Other("is empty (0 bytes)", "save, copy or download it again")


def _cut_archive(start: _Beginning) -> Other | None:
    if start.size < 8 and (b"\x89HDF\r\n\x1a\n".startswith(start.data) or b"PK\x03\x04" in start.data):
        return Other(f"is cut ({start.size} bytes)", "save, copy or download it again")
    return None


def _lfs_pointer(start: _Beginning) -> Other | None:
    if not start.data.startswith(_LFS):
        return None
    size = re.search(rb"^size (\d{1,18})$", start.data, re.MULTILINE)
    of = f" to a file of {size[1].decode()} bytes" if size else ""
    return Other(f"is a Git LFS pointer{of}, not the file", "run `git lfs pull` there")


def _web_page(start: _Beginning) -> Other | None:
    text = start.data.lstrip(b"\xef\xbb\xbf \t\r\n")[:15].lower()
    return Other("is a web page", _AGAIN) if text.startswith((b"<!doctype html", b"<html")) else None


def _tflite(start: _Beginning) -> Other | None:
    if start.data[4:8] != b"TFL3":
        return None
    return Other("is a TensorFlow Lite model, which has no predict()", "give the Keras model it was made of")


def _safetensors(start: _Beginning) -> Other | None:
    length = int.from_bytes(start.data[:8], "little")
    if start.data[8:10] != b'{"' or length > max(start.size, 1):
        return None
    return Other("is a safetensors file: weights alone, no model", _LOADING_FACTORY)


def _pytorch(start: _Beginning) -> Other | None:
    if start.data.startswith(_PYTORCH):
        return Other("is a PyTorch file, and kprof measures Keras models", _FACTORY)
    if start.data[:1] == b"\x80" and start.data[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05"):
        return Other("is a Python pickle, which kprof does not load", _FACTORY)
    return None


def _numpy(start: _Beginning) -> Other | None:
    if not start.data.startswith(b"\x93NUMPY"):
        return None
    return Other("holds a NumPy array, no model", f"give it with {option('input')}, beside a model")


def _packed(start: _Beginning) -> Other | None:
    if start.data.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ")) or start.data[257:262] == b"ustar":
        return Other("is a packed file", "unpack it and give what it holds")
    return None


def _json(start: _Beginning) -> Other | None:
    if start.data.lstrip()[:1] != b"{" or start.size > LONGEST_JSON:
        return None
    try:
        held = json.loads(start.path.read_bytes())
    except (ValueError, RecursionError):
        return Other("is JSON that was cut or altered, no model", _FACTORY)
    if "modelTopology" in held or "weightsManifest" in held:
        return Other("is a TensorFlow.js model", "give the Keras model it was made of")
    if "class_name" in held:
        return Other(
            "is a model's configuration (to_json) without weights",
            f"give a factory that calls keras.models.model_from_json and loads the weights ({_MODEL})",
        )
    return Other("is JSON, no model", _FACTORY)


def _of_saved_model(start: _Beginning) -> Other | None:
    if start.path.name not in ("saved_model.pb", "saved_model.pbtxt", "keras_metadata.pb", "fingerprint.pb"):
        return None
    return Other("is a part of a SavedModel", f"give its folder: {option('model', start.path.parent)}")


def _checkpoint(start: _Beginning) -> Other | None:
    if not _CHECKPOINT_NAME.search(start.path.name):
        return None
    return Other("is a part of a TensorFlow checkpoint: weights alone, no model", _LOADING_FACTORY)


def _onnx(start: _Beginning) -> Other | None:
    if start.path.suffix == ".onnx" or (_ONNX.match(start.data) and b"onnx" in start.data.lower()):
        return Other("is an ONNX model, which has no predict()", "give the Keras model it was made of")
    return None


def _graph(start: _Beginning) -> Other | None:
    if start.path.suffix not in (".pb", ".pbtxt"):
        return None
    return Other("is a frozen graph of TensorFlow 1, no SavedModel", _FACTORY)


_LOOKS: tuple[Callable[[_Beginning], Other | None], ...] = (
    _empty,
    _cut_archive,
    _lfs_pointer,
    _web_page,
    _tflite,
    _safetensors,
    _pytorch,
    _numpy,
    _packed,
    _json,
    _of_saved_model,
    _checkpoint,
    _onnx,
    _graph,
)


def folder_refusal(folder: Path) -> UsageError:
    """Return what to say of a folder that is no SavedModel.

    Raises:
        OSError: it cannot be read.
    """
    names = {one.name for one in _entries(folder)}
    versions = [name for name in names if name.isdigit() and (folder / name / "saved_model.pb").is_file()]
    found = _versions(folder, versions) if versions else _folder(folder, names)
    return UsageError(found.what, folder, found.to_do)


def _versions(folder: Path, versions: list[str]) -> Other:
    newest = max(versions, key=int)
    count = f"{len(versions)} versions" if len(versions) > 1 else "a version"
    return Other(f"holds {count} of a SavedModel", f"give one: {option('model', folder / newest)}")


def _folder(folder: Path, names: set[str]) -> Other:
    for found, is_it in _FOLDERS:
        if is_it(names):
            return found
    inside = sorted(name for name in names if name.endswith((".keras", ".h5", ".hdf5")))
    to_do = f"give a .keras or .h5 file, or a factory ({_MODEL})"
    return Other(
        "is a folder without saved_model.pb, so no SavedModel",
        f"give {folder / inside[0]}" if inside else to_do,
    )


_FOLDERS: tuple[tuple[Other, Callable[[set[str]], bool]], ...] = (
    (
        Other("is a SavedModel as text, which kprof does not read", "save it again"),
        lambda names: "saved_model.pbtxt" in names,
    ),
    (
        Other(
            "is a .keras archive that was unpacked",
            "zip its files again (`zip -0 ../model.keras *`), and give that",
        ),
        lambda names: {"config.json", "metadata.json"} <= names,
    ),
    (
        Other("is a TensorFlow.js model", "give the Keras model it was made of"),
        lambda names: "model.json" in names,
    ),
    (
        Other("is a Hugging Face model, no SavedModel", _FACTORY),
        lambda names: any(
            name.endswith((".safetensors", "pytorch_model.bin", "tf_model.h5")) for name in names
        ),
    ),
    (
        Other("is a folder of TensorFlow checkpoints: weights alone, no model", _LOADING_FACTORY),
        lambda names: any(_CHECKPOINT_NAME.search(name) for name in names),
    ),
)


def _entries(folder: Path) -> Iterator[Path]:
    for count, one in enumerate(folder.iterdir()):
        if count >= MOST_ENTRIES:
            return
        yield one
