"""Reads vectors of NumPy's format, which may come from anyone: a header must match the bytes that follow.

Format: ``numpy.lib.format``, versions 1.0 and 2.0; several in a zip whose members are stored, as
``numpy.savez`` writes them.
"""

from __future__ import annotations

import io
import os
import stat
import tokenize
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from ..protocol.errors import TraceFormatError

Vector = npt.NDArray[np.int64]

_HEADERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}
_ITEM_BYTES = 8
_SUFFIX = ".npy"
# What NumPy and zipfile raise for what was cut or altered.
_UNREADABLE = (
    ValueError,
    EOFError,
    SyntaxError,
    TypeError,
    OverflowError,
    MemoryError,
    NotImplementedError,
    RecursionError,
    RuntimeError,
    tokenize.TokenError,
    zipfile.BadZipFile,
)


def read_vector(path: Path) -> Vector:
    """Return the int64 vector in an ``.npy`` file.

    Raises:
        TraceFormatError: no regular file, or anything else in it.
    """
    with _opened(path) as file:
        try:
            return _vector(file, os.fstat(file.fileno()).st_size)
        except _UNREADABLE as error:
            raise TraceFormatError(f"not readable as a NumPy array ({error})", path) from error


def read_vectors(path: Path) -> Mapping[str, Vector]:
    """Return the int64 vectors in an ``.npz`` file, by name.

    Raises:
        TraceFormatError: no regular file, or anything else in it.
    """
    with _opened(path) as file:
        try:
            with zipfile.ZipFile(file) as archive:
                return {_name(one): _member(archive, one) for one in archive.infolist()}
        except _UNREADABLE as error:
            raise TraceFormatError(f"not readable as NumPy arrays ({error})", path) from error


def _opened(path: Path) -> BinaryIO:
    try:
        # a FIFO would wait for a writer
        if not stat.S_ISREG(os.lstat(path).st_mode):
            raise TraceFormatError("is no regular file", path)
        return path.open("rb")
    except OSError as error:
        raise TraceFormatError(error.strerror or str(error), path) from error


def _name(member: zipfile.ZipInfo) -> str:
    if not member.filename.endswith(_SUFFIX):
        raise ValueError(f"a member is no {_SUFFIX}")
    return member.filename[: -len(_SUFFIX)]


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Vector:
    # a packed one could ask for a thousand times the file's size
    if member.compress_type != zipfile.ZIP_STORED:
        raise ValueError("a member is packed")
    data = archive.read(member)
    return _vector(io.BytesIO(data), len(data))


def _vector(file: BinaryIO, size: int) -> Vector:
    header = _HEADERS.get(np.lib.format.read_magic(file))
    if header is None:
        raise ValueError("of an unknown version")
    shape, _, dtype = header(file)
    held = size - file.tell()
    if dtype != np.dtype("<i8") or len(shape) != 1 or held != shape[0] * _ITEM_BYTES:
        raise ValueError("not int64, one dimension, as many as it says")
    return np.frombuffer(file.read(held), dtype="<i8").astype(np.int64)
