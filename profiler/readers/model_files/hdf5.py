"""The attributes of an HDF5 file's root group: enough of the format to tell what Keras wrote.

The format is published at https://docs.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html. What is read are
the superblock, the root's object header and, for one attribute, its string; no data set is touched. Every
loop is bounded, and every place that the file names is checked against its size.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple

from ...protocol.errors import UsageError

SIGNATURE = b"\x89HDF\r\n\x1a\n"
MOST_BLOCKS = 64
MOST_MESSAGES = 4096
MOST_HEAP_OBJECTS = 1 << 16
LARGEST_BLOCK = 1 << 20
LONGEST_VALUE = 256

_CONTINUATION, _ATTRIBUTE, _ATTRIBUTE_INFO = 0x10, 0x0C, 0x15
_FIXED_STRING, _VARIABLE_LENGTH = 3, 9
_HEAP = b"GCOL"


class _DamagedError(Exception):
    """Bytes that are not what the format says."""


@dataclass(frozen=True)
class Attributes:
    """The attributes of the root group.

    Attributes:
        names: their names, as far as they lie in the object header.
        are_all: whether others can lie elsewhere.
        strings: the values of those that were asked for and are short strings.
    """

    names: frozenset[str]
    are_all: bool
    strings: dict[str, str]


class _Message(NamedTuple):
    kind: int
    data: bytes


class _Root(NamedTuple):
    header: int
    offset_bytes: int
    length_bytes: int
    stated_size: int


def attributes(path: Path, wanted: frozenset[str]) -> Attributes:
    """Return the root's attributes, with the values of the wanted ones.

    Raises:
        UsageError: the file is cut or damaged; a cut one is told with the size that it states.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        try:
            reader = _Reader(file, size)
            root = reader.root()
            if root.stated_size > size:
                what = f"is cut: {size} bytes of the {root.stated_size} that it states"
                raise UsageError(what, path, "copy or download it again")
            return reader.attributes(root, wanted)
        except _DamagedError as error:
            what = f"is no whole HDF5 file ({size} bytes): {error}"
            raise UsageError(what, path, "copy or download it again") from None


class _Reader:
    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._size = size

    def root(self) -> _Root:
        """Return where the root's object header lies, from the superblock."""
        version = self._take(8, 1)[0]
        if version in (0, 1):
            start = 24 if version == 0 else 28
            offset, length = self._sizes(13)
            # base, free space, end of file, driver; then the root's entry: its name, its header
            end_of_file, header = start + 2 * offset, start + 5 * offset
        elif version in (2, 3):
            offset, length = self._sizes(9)
            end_of_file, header = 12 + 2 * offset, 12 + 3 * offset
        else:
            raise _DamagedError(f"no superblock has the version {version}")
        return _Root(self._number(header, offset), offset, length, self._number(end_of_file, offset))

    def attributes(self, root: _Root, wanted: frozenset[str]) -> Attributes:
        names, strings, are_all = set(), {}, True
        for message in self._messages(root):
            if message.kind == _ATTRIBUTE_INFO:
                are_all = are_all and not _is_dense(message.data, root.offset_bytes)
            if message.kind != _ATTRIBUTE:
                continue
            name, kind, value = _attribute(message.data)
            names.add(name)
            if name in wanted:
                text = self._string(kind, value, root)
                if text is not None:
                    strings[name] = text
        return Attributes(frozenset(names), are_all, strings)

    def _messages(self, root: _Root) -> Iterator[_Message]:
        """Yield the messages of an object header, those of its continuation blocks after them."""
        start = self._take(root.header, 4)
        is_second = start == b"OHDR"
        flags = 0
        if is_second:
            version, flags = self._take(root.header + 4, 2)
            place = root.header + 6 + (16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0)
            width = 1 << (flags & 3)
            blocks = [(place + width, self._number(place, width))]
        else:
            version = start[0]
            blocks = [(root.header + 16, self._number(root.header + 8, 4))]
        if version != (2 if is_second else 1):
            raise _DamagedError(f"no object header has the version {version}")
        count = 0
        for number, (place, size) in enumerate(blocks):
            if number >= MOST_BLOCKS:
                raise _DamagedError(f"more than {MOST_BLOCKS} blocks in one object header")
            for message in _split(self._take(place, size), is_second, bool(flags & 4)):
                count += 1
                if count > MOST_MESSAGES:
                    raise _DamagedError(f"more than {MOST_MESSAGES} messages in one object header")
                if message.kind == _CONTINUATION:
                    blocks.append(_continued(message.data, root, is_second))
                yield message

    def _string(self, kind: bytes, value: bytes, root: _Root) -> str | None:
        """Return the value of an attribute that is a short string, else None."""
        form = kind[0] & 0x0F if kind else None
        if form == _FIXED_STRING:
            return _text(value)
        needed = 4 + root.offset_bytes + 4
        if form != _VARIABLE_LENGTH or len(value) < needed:
            return None
        length, index = _int(value[:4]), _int(value[needed - 4 : needed])
        if length > LONGEST_VALUE:
            return None
        found = self._heap_object(_int(value[4 : needed - 4]), index, root)
        return None if found is None else _text(found[:length])

    def _heap_object(self, place: int, wanted: int, root: _Root) -> bytes | None:
        """Return an object of a global heap collection, `LONGEST_VALUE` bytes at most."""
        if self._take(place, 4) != _HEAP:
            raise _DamagedError("a string lies where no heap is")
        head = 8 + root.length_bytes
        end = min(place + self._number(place + 8, root.length_bytes), self._size)
        place += head
        for _ in range(MOST_HEAP_OBJECTS):
            if place + head > end:
                return None
            index, size = self._number(place, 2), self._number(place + 8, root.length_bytes)
            if index == wanted:
                return self._take(place + head, min(size, LONGEST_VALUE))
            if index == 0:
                return None
            place += head + (size + 7) // 8 * 8
        return None

    def _sizes(self, place: int) -> tuple[int, int]:
        offset, length = self._take(place, 2)
        if offset not in (2, 4, 8) or length not in (2, 4, 8):
            raise _DamagedError(f"offsets of {offset} and lengths of {length} bytes")
        return offset, length

    def _number(self, place: int, width: int) -> int:
        return _int(self._take(place, width))

    def _take(self, place: int, count: int) -> bytes:
        if place + count > self._size or count > LARGEST_BLOCK:
            raise _DamagedError(f"{count} bytes at {place} are named, which are not there")
        self._file.seek(place)
        return self._file.read(count)


def _int(data: bytes) -> int:
    return int.from_bytes(data, "little")


def _text(data: bytes) -> str | None:
    try:
        return data.split(b"\0")[0][:LONGEST_VALUE].decode("utf-8")
    except UnicodeDecodeError:
        return None


def _split(block: bytes, is_second: bool, has_order: bool) -> Iterator[_Message]:
    """Yield the messages in a block of an object header of the first or the second version."""
    head = 4 + (2 if has_order else 0) if is_second else 8
    position = 0
    while position + head <= len(block):
        width = 1 if is_second else 2
        kind = _int(block[position : position + width])
        size = _int(block[position + width : position + width + 2])
        position += head
        if position + size > len(block):
            raise _DamagedError("a message ends after its block")
        yield _Message(kind, block[position : position + size])
        position += size


def _continued(data: bytes, root: _Root, is_second: bool) -> tuple[int, int]:
    """Return where a continuation block's messages begin, and how many bytes they have."""
    place = _int(data[: root.offset_bytes])
    size = _int(data[root.offset_bytes : root.offset_bytes + root.length_bytes])
    # a signature before, a checksum after
    return (place + 4, max(0, size - 8)) if is_second else (place, size)


def _is_dense(data: bytes, offset_bytes: int) -> bool:
    """Return whether an attribute info message names a heap that holds attributes."""
    start = 2 + (2 if len(data) > 1 and data[1] & 1 else 0)
    heap = data[start : start + offset_bytes]
    return len(heap) == offset_bytes and heap != b"\xff" * offset_bytes


def _attribute(data: bytes) -> tuple[str, bytes, bytes]:
    """Return the name, the datatype and the value of an attribute message."""
    version = data[0] if data else None
    if version not in (1, 2, 3) or len(data) < 9:
        raise _DamagedError(f"no attribute has the version {version}")
    sizes = [_int(data[at : at + 2]) for at in (2, 4, 6)]
    position = 9 if version == 3 else 8
    parts = []
    for size in sizes:
        parts.append(data[position : position + size])
        position += (size + 7) // 8 * 8 if version == 1 else size
    return _text(parts[0]) or "", parts[1], data[position:]
