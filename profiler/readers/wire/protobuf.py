"""The protobuf wire format, one field at a time: for headers and the few messages that hold few fields.

Bulk data goes through `columns`. The format is published at
https://protobuf.dev/programming-guides/encoding.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import NamedTuple, Protocol

VARINT, FIXED64, SPAN, FIXED32 = 0, 1, 2, 5
LONGEST_VARINT = 10
LARGEST_FIELD_NUMBER = (1 << 29) - 1

_FIXED_BYTES = {FIXED64: 8, FIXED32: 4}
_MASK64 = (1 << 64) - 1
_ENDLESS = 1 << 64


class WireError(Exception):
    """Bytes that are no message; ``offset`` is where reading stopped."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


class Buffer(Protocol):
    """Bytes that can be indexed and sliced: bytes, memoryview or mmap."""

    def __getitem__(self, index: slice, /) -> bytes | memoryview: ...
    def __len__(self) -> int: ...


class Field(NamedTuple):
    """One field: ``value`` is a varint as unsigned 64 bits, else the number of bytes at ``start``."""

    number: int
    wire: int
    offset: int
    start: int
    stop: int
    value: int


def read_varint(buffer: Buffer, position: int, stop: int) -> tuple[int, int]:
    """Return a varint, cut to 64 bits as protobuf does, and the position after it.

    Raises:
        WireError: the varint is longer than 10 bytes or runs past ``stop``.
    """
    value = shift = 0
    piece = bytes(buffer[position : min(stop, position + LONGEST_VARINT)])
    for index, byte in enumerate(piece):
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & _MASK64, position + index + 1
        shift += 7
    if len(piece) == LONGEST_VARINT:
        raise WireError("a number of more than 10 bytes", position)
    raise WireError("the data ends within a number", position)


def read_field(buffer: Buffer, position: int, stop: int) -> Field:
    """Return the field whose tag is at ``position`` in the message that ends at ``stop``.

    Raises:
        WireError: no such field can be there.
    """
    tag, start = read_varint(buffer, position, stop)
    number, wire = tag >> 3, tag & 7
    if not 1 <= number <= LARGEST_FIELD_NUMBER:
        raise WireError(f"no field has the number {number}", position)
    if wire == VARINT:
        value, end = read_varint(buffer, start, stop)
        return Field(number, wire, position, start, end, value)
    if wire == SPAN:
        value, start = read_varint(buffer, start, stop)
    elif wire in _FIXED_BYTES:
        value = _FIXED_BYTES[wire]
    else:
        raise WireError(f"field {number} has wire type {wire}, which this format does not use", position)
    if value > stop - start:
        raise WireError(f"field {number} has {value} bytes, {stop - start} are left in its message", position)
    return Field(number, wire, position, start, start + value, value)


def fields(buffer: Buffer, position: int, stop: int) -> Iterator[Field]:
    """Yield the fields of the message that lies in ``position`` to ``stop``.

    Raises:
        WireError: the bytes are no message.
    """
    while position < stop:
        field = read_field(buffer, position, stop)
        yield field
        position = field.stop


def beginning_fields(start: bytes) -> Iterator[Field]:
    """Yield the fields of a message of which only the first bytes are there, up to where it is none."""
    with contextlib.suppress(WireError):
        yield from fields(start, 0, _ENDLESS)


def signed(value: int) -> int:
    """Return an unsigned 64-bit value as the signed one with the same bits."""
    return value - (1 << 64) if value >> 63 else value
