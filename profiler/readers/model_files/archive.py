"""A ``.keras`` archive: what its metadata says, and whether its members may be unpacked."""

from __future__ import annotations

import json
import os
import struct
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from packaging.version import Version

from ...protocol.errors import UsageError
from ...protocol.options import option
from . import model_file

METADATA, CONFIGURATION = "metadata.json", "config.json"
LONGEST_METADATA = 1 << 16
MOST_MEMBERS = 20_000
# Weights hardly shrink; an archive that grows to more than both of these is made to fill a disk.
LARGEST_GROWTH = 50
LARGEST_UNPACKED = 1 << 28

_AGAIN = "save, copy or download it again"
_LOCAL = struct.Struct("<4s5HL2L2H")
_END = struct.Struct("<4s4H2LH")
_LONGEST_END = _END.size + (1 << 16)


def read(path: Path) -> Version | None:
    """Return the Keras that an archive says it was written by; None where it does not say.

    Raises:
        UsageError: it is cut or damaged, holds no Keras model, or must not be unpacked.
        OSError: it cannot be read.
    """
    _require_few_members(path)
    try:
        with zipfile.ZipFile(path) as archive:
            _require_harmless(archive.infolist(), path)
            _require_keras(archive.namelist(), path)
            return _written_by(archive)
    except (zipfile.BadZipFile, struct.error, NotImplementedError, UnicodeDecodeError) as error:
        what = f"is no whole .keras archive ({path.stat().st_size} bytes{_at_least(path)})"
        raise UsageError(what, path, _AGAIN) from error


def _written_by(archive: zipfile.ZipFile) -> Version | None:
    try:
        info = archive.getinfo(METADATA)
        if info.file_size > LONGEST_METADATA:
            return None
        said = json.loads(archive.read(info).decode("utf-8"))["keras_version"]
    except (KeyError, TypeError, ValueError, RuntimeError, RecursionError, zipfile.BadZipFile):
        return None
    return model_file.version(said) if isinstance(said, str) else None


def _require_few_members(path: Path) -> None:
    """Refuse a directory that takes long to read, by the count that the archive's end states."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _LONGEST_END))
        tail = file.read()
    start = tail.rfind(b"PK\x05\x06")
    if start >= 0 and len(tail) - start >= _END.size:
        fields = _END.unpack_from(tail, start)
        count, directory_size = fields[4], fields[5]
        if count > MOST_MEMBERS or directory_size > MOST_MEMBERS * 200:
            raise UsageError(f"is a zip archive of {count} members or more, no model has so many", path)


def _require_harmless(members: list[zipfile.ZipInfo], path: Path) -> None:
    for member in members:
        place = PurePosixPath(member.filename.replace("\\", "/"))
        if place.is_absolute() or ".." in place.parts or (place.parts and ":" in place.parts[0]):
            raise UsageError(
                f"holds a member that would be unpacked elsewhere ({member.filename[:80]!r})",
                path,
                "do not load it",
            )
    unpacked = sum(member.file_size for member in members)
    packed = path.stat().st_size
    if unpacked > max(LARGEST_UNPACKED, LARGEST_GROWTH * packed):
        what = f"would unpack from {packed} to {unpacked} bytes, which no weights do"
        raise UsageError(what, path, "do not load it")


_MODEL = option("model", "module:factory")
_FACTORY = f"give a factory ({_MODEL})"
_OTHERS: tuple[tuple[str, str, Callable[[str], bool]], ...] = (
    (
        "is a PyTorch file, and kprof measures Keras models",
        _FACTORY,
        lambda name: name.endswith("/data.pkl"),
    ),
    (
        "is a zip archive of a SavedModel",
        "unpack it and give its folder",
        lambda name: PurePosixPath(name).name == "saved_model.pb",
    ),
    (
        "holds NumPy arrays, no model",
        f"give it with {option('input')}, beside a model",
        lambda name: name.endswith(".npy"),
    ),
    (
        "is a zip archive that holds a .keras or .h5 file",
        "unpack it and give that file",
        lambda name: (
            name.endswith((".keras", ".h5", ".hdf5")) and PurePosixPath(name).name != "model.weights.h5"
        ),
    ),
    (
        "holds weights alone, no model",
        f"give a factory that builds the model and loads them ({_MODEL})",
        lambda name: PurePosixPath(name).name == "model.weights.h5",
    ),
)


def _require_keras(names: list[str], path: Path) -> None:
    if CONFIGURATION in names:
        return
    for what, to_do, is_it in _OTHERS:
        if any(is_it(name) for name in names):
            raise UsageError(what, path, to_do)
    raise UsageError(f"is a zip archive without {CONFIGURATION}, so no .keras file", path)


def _at_least(path: Path) -> str:
    """Return how many bytes the members need at least, as text; empty where their headers do not say."""
    needed = max(_ends(path), default=0)
    return f", its members need more than {needed}" if needed > path.stat().st_size else ""


def _ends(path: Path) -> Iterator[int]:
    """Yield where each member ends, by the headers that lie before them."""
    with path.open("rb") as file:
        place = 0
        for _ in range(MOST_MEMBERS):
            file.seek(place)
            head = file.read(_LOCAL.size)
            if len(head) < _LOCAL.size:
                return
            signature, _, flags, _, _, _, _, packed, _, name, extra = _LOCAL.unpack(head)
            # a size that was not known when the header was written, or that stands elsewhere
            if signature != b"PK\x03\x04" or flags & 8 or packed == 0xFFFFFFFF:
                return
            place += _LOCAL.size + name + extra + packed
            yield place
