"""Reads ``local.trace``: the ``tensorflow.profiler.Trace`` message of TensorFlow 2.0 and 2.1.

Its fields are those of TensorFlow's ``trace_events.proto``: ``Trace`` holds devices (1, a map) and
trace_events (4); ``Device`` name (1) and resources (3, a map); ``Resource`` name (1); ``TraceEvent``
device_id (1), resource_id (2), name (3), timestamp_ps (9) and duration_ps (10).
"""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from ...protocol.errors import TraceFormatError
from ..wire.columns import Bytes
from ..wire.protobuf import SPAN, VARINT, Buffer, Field, WireError, beginning_fields, fields
from .raw_trace import Key, RawTrace

_KEY, _VALUE = 1, 2
_DEVICES, _EVENTS = 1, 4
_NAME, _RESOURCES = 1, 3
_DEVICE_ID, _RESOURCE_ID, _EVENT_NAME, _TIMESTAMP_PS, _DURATION_PS = 1, 2, 3, 9, 10
# Those above, and what kprof does not read: a device's id, an event's arguments.
_DEVICE_FIELDS = (_NAME, 2, _RESOURCES)
_EVENT_FIELDS = (_DEVICE_ID, _RESOURCE_ID, _EVENT_NAME, _TIMESTAMP_PS, _DURATION_PS, 11)
_FEW_FIELDS = 5

# Tables take up to eight times this for an event; the events of TensorFlow have twice as many bytes.
FEWEST_BYTES = 32
_FEW_EVENTS = 1 << 16


def recognises(head: bytes) -> bool:
    """Return whether a file with these first bytes can be a ``local.trace``.

    Its first field is then an event, or an entry of the map of devices.
    """
    for field in beginning_fields(head):
        contents = head[field.start : field.stop]
        if field.wire == SPAN and field.number == _EVENTS:
            return all(
                inner.number in _EVENT_FIELDS for inner in islice(beginning_fields(contents), _FEW_FIELDS)
            )
        return field.wire == SPAN and field.number == _DEVICES and _is_device_entry(contents)
    return False


def _is_device_entry(contents: bytes) -> bool:
    for field in beginning_fields(contents):
        if (field.number, field.wire) == (_VALUE, SPAN):
            first = next(beginning_fields(contents[field.start : field.stop]), None)
            return field.value == 0 or (first is not None and first.number in _DEVICE_FIELDS)
        if (field.number, field.wire) != (_KEY, VARINT):
            return False
    return False


def parse(data: Bytes, path: Path) -> RawTrace:
    """Return the trace in the message of a ``local.trace``; errors name ``path``.

    Raises:
        TraceFormatError: it is no such message, or has more events than its size explains.
    """
    source = memoryview(data.data)
    trace = RawTrace()
    most_events = max(len(source) // FEWEST_BYTES, _FEW_EVENTS)
    offset = 0
    try:
        for field in fields(source, 0, len(source)):
            offset = field.offset
            if field.number == _EVENTS:
                _take_event(source, _spans(field), trace)
                if len(trace) > most_events:
                    problem = f"more than one event in {FEWEST_BYTES} bytes, which no profiler writes"
                    raise WireError(problem, offset)
            elif field.number == _DEVICES:
                _take_device(source, _spans(field), trace)
    except WireError as error:
        raise TraceFormatError(error.message, path, error.offset) from None
    except ValueError as error:
        raise TraceFormatError(str(error), path, offset) from None
    return trace


def silent(trace: RawTrace) -> tuple[str, ...]:
    """Return the names of threads that a trace lists and has no event of.

    A file lists its threads first, those that ran, and their events follow thread by thread. Resource 0 is
    listed of every device.
    """
    return tuple(sorted(name for key, name in trace.lines.items() if key not in trace.keys and key[1] != 0))


def _take_event(source: Buffer, message: Field, trace: RawTrace) -> None:
    numbers = {_DEVICE_ID: 0, _RESOURCE_ID: 0, _TIMESTAMP_PS: 0, _DURATION_PS: 0}
    name = ""
    for field in fields(source, message.start, message.stop):
        if field.number in numbers:
            numbers[field.number] = _integer(field)
        elif field.number == _EVENT_NAME:
            name = _text(source, field)
    key = (numbers[_DEVICE_ID], numbers[_RESOURCE_ID])
    trace.add(key, name, numbers[_TIMESTAMP_PS], numbers[_DURATION_PS])


def _take_device(source: Buffer, entry: Field, trace: RawTrace) -> None:
    number, device = _map_entry(source, entry)
    if device is None:
        return
    for field in fields(source, device.start, device.stop):
        if field.number == _NAME:
            trace.name_plane(number, _text(source, field))
        elif field.number == _RESOURCES:
            thread, resource = _map_entry(source, _spans(field))
            if resource is not None:
                _take_resource(source, resource, (number, thread), trace)


def _take_resource(source: Buffer, resource: Field, key: Key, trace: RawTrace) -> None:
    for field in fields(source, resource.start, resource.stop):
        if field.number == _NAME:
            trace.name_line(key, _text(source, field))


def _map_entry(source: Buffer, entry: Field) -> tuple[int, Field | None]:
    """Return the key of a map's entry, and the field of its value."""
    key, value = 0, None
    for field in fields(source, entry.start, entry.stop):
        if field.number == _KEY:
            key = _integer(field)
        elif field.number == _VALUE:
            value = _spans(field)
    return key, value


def _integer(field: Field) -> int:
    if field.wire != VARINT:
        raise WireError(f"field {field.number} is no integer", field.offset)
    return field.value


def _spans(field: Field) -> Field:
    if field.wire != SPAN:
        raise WireError(f"field {field.number} is no message", field.offset)
    return field


def _text(source: Buffer, field: Field) -> str:
    return bytes(source[_spans(field).start : field.stop]).decode("utf-8", "replace")
