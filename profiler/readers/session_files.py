"""The bytes of a file: mapped into memory, or unpacked from gzip up to a limit."""

from __future__ import annotations

import contextlib
import gzip
import mmap
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np

from ..protocol.errors import TraceFormatError
from .wire.columns import Bytes

GZIP_LIMIT = 1 << 31
UNPACKED = 1 << 16
XPLANE_SUFFIXES = (".xplane.pb", ".xplane.pb.gz")
_GZIP_MAGIC = b"\x1f\x8b"
_PIECE = 1 << 20


def load(path: Path) -> Bytes:
    """Return a file's bytes (uint8): mapped, or unpacked where they start as gzip does.

    Raises:
        TraceFormatError: it cannot be read, is empty, is damaged gzip, or unpacks to over `GZIP_LIMIT` bytes.
    """
    try:
        with path.open("rb") as file:
            start = file.read(len(_GZIP_MAGIC))
            if not start:
                raise empty(path)
            file.seek(0)
            if start == _GZIP_MAGIC:
                return np.frombuffer(_unpack(path, file), np.uint8)
            return np.frombuffer(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), np.uint8)
    except OSError as error:
        raise TraceFormatError(f"cannot be read: {error.strerror or error}", path) from None


@contextlib.contextmanager
def plain(path: Path) -> Iterator[Path]:
    """Hold a file that is not packed: the file itself, or a temporary one of what gzip packed in it.

    Raises:
        TraceFormatError: it is damaged gzip, or unpacks to nothing or to over `GZIP_LIMIT` bytes.
        OSError: it cannot be read, or the temporary file not written.
    """
    # a FIFO would wait for a writer
    if not path.is_file():
        yield path
        return
    with path.open("rb") as file:
        is_packed = file.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
        file.seek(0)
        if is_packed:
            with tempfile.NamedTemporaryFile(prefix="kprof-", suffix=path.stem) as temporary:
                temporary.write(_unpack(path, file))
                temporary.flush()
                yield Path(temporary.name)
            return
    yield path


def empty(path: Path) -> TraceFormatError:
    """Return the error of a file that holds nothing."""
    if path.name.endswith(XPLANE_SUFFIXES):
        what = "is empty, as TensorFlow leaves a session of more than 2 GB"
        return TraceFormatError(
            what, path, 0, "profile fewer steps; a session that still runs is written later"
        )
    return TraceFormatError("is empty: what should have written it ended too early", path, 0, "take it again")


def _unpack(path: Path, file: BinaryIO) -> bytearray:
    """Return the contents of a gzip file."""
    unpacked = bytearray()
    try:
        with gzip.GzipFile(fileobj=file) as members:
            while piece := members.read(_PIECE):
                unpacked += piece
                if len(unpacked) > GZIP_LIMIT:
                    limit = f"{GZIP_LIMIT >> 20} MiB"
                    raise TraceFormatError(f"unpacks to more than {limit}: unpack it first", path, GZIP_LIMIT)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise TraceFormatError(f"damaged gzip: {error}", path, len(unpacked)) from None
    if not unpacked:
        raise empty(path)
    return unpacked


def unpacked(start: bytes) -> bytes:
    """Return a file's first bytes, unpacked where they start as gzip does; empty where they are damaged.

    Of packed ones it is `UNPACKED` bytes at most.
    """
    if not start.startswith(_GZIP_MAGIC):
        return start
    try:
        return zlib.decompressobj(wbits=zlib.MAX_WBITS | 16).decompress(start, UNPACKED)
    except zlib.error:
        return b""
