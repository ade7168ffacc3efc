"""Decodes the stats of chosen events: names and values that a profiler attached to them."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from ..wire.columns import Bytes
from ..wire.protobuf import FIXED64, SPAN, VARINT, Field, fields, read_field, signed
from .planes import Names
from .schema import Event, Stat

Value = int | float | str | bytes | None

_DECODERS: dict[tuple[int, int], Callable[[int, bytes], Value]] = {
    (Stat.DOUBLE_VALUE, FIXED64): lambda _, contents: float(struct.unpack("<d", contents)[0]),
    (Stat.UINT64_VALUE, VARINT): lambda value, _: value,
    (Stat.INT64_VALUE, VARINT): lambda value, _: signed(value),
    (Stat.STR_VALUE, SPAN): lambda _, contents: contents.decode("utf-8", "replace"),
    (Stat.BYTES_VALUE, SPAN): lambda _, contents: contents,
}


@dataclass(frozen=True)
class StatSource:
    """Where the stats of a line's events are: the file's bytes and the plane's names of stats."""

    source: Bytes
    names: Names
    _known: dict[int, str] = field(default_factory=dict, compare=False)

    def read(self, position: int) -> dict[str, Value]:
        """Return the stats of the event whose tag is at ``position``; of one name the last counts.

        Raises:
            WireError: a stat is damaged.
        """
        view = memoryview(self.source.data)
        stats: dict[str, Value] = {}
        event = read_field(view, position, len(view))
        for part in fields(view, event.start, event.stop):
            if part.number == Event.STATS and part.wire == SPAN:
                name, value = self._stat(view, part)
                stats[name] = value
        return stats

    def _stat(self, view: memoryview, stat: Field) -> tuple[str, Value]:
        name_id = 0
        value: Value = None
        for part in fields(view, stat.start, stat.stop):
            if part.number == Stat.METADATA_ID and part.wire == VARINT:
                name_id = signed(part.value)
            else:
                value = self._value(view, part, value)
        return self._name(name_id), value

    def _value(self, view: memoryview, part: Field, value: Value) -> Value:
        """Return the value in a field, or the one so far when the field holds none."""
        decode = _DECODERS.get((part.number, part.wire))
        if decode is not None:
            return decode(part.value, bytes(view[part.start : part.stop]))
        if (part.number, part.wire) == (Stat.REF_VALUE, VARINT):
            return self._name(signed(part.value))
        return value

    def _name(self, name_id: int) -> str:
        name = self._known.get(name_id)
        if name is None:
            name = self._known[name_id] = self._look_up(name_id)
        return name

    def _look_up(self, name_id: int) -> str:
        row = (
            int(self.names.rows_of(np.array([name_id], np.uint64).view(np.int64))[0]) if name_id >= 0 else -1
        )
        return self.names.name(self.source, row) if row >= 0 else str(name_id)
