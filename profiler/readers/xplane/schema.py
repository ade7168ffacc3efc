"""Field numbers of the XPlane format, from ``xplane.proto`` as OpenXLA publishes it.

Source: https://github.com/openxla/xla, xla/tsl/profiler/protobuf/xplane.proto.
"""

from __future__ import annotations

from enum import IntEnum


class Space(IntEnum):
    """XSpace: all that one host recorded."""

    PLANES = 1
    ERRORS = 2
    WARNINGS = 3
    HOSTNAMES = 4


class Plane(IntEnum):
    """XPlane: a host's CPU, a device, or facts on the task."""

    ID = 1
    NAME = 2
    LINES = 3
    EVENT_METADATA = 4
    STAT_METADATA = 5
    STATS = 6


class Line(IntEnum):
    """XLine: one thread, or one stream of a device."""

    ID = 1
    NAME = 2
    TIMESTAMP_NS = 3
    EVENTS = 4
    DISPLAY_NAME = 11


class Event(IntEnum):
    """XEvent; OFFSET_PS and NUM_OCCURRENCES are one ``oneof``."""

    METADATA_ID = 1
    OFFSET_PS = 2
    DURATION_PS = 3
    STATS = 4
    NUM_OCCURRENCES = 5


class MapEntry(IntEnum):
    """An entry of the maps EVENT_METADATA and STAT_METADATA."""

    KEY = 1
    VALUE = 2


class Metadata(IntEnum):
    """XEventMetadata and XStatMetadata, whose names have the same number."""

    NAME = 2


class Stat(IntEnum):
    """XStat; all but METADATA_ID are one ``oneof``."""

    METADATA_ID = 1
    DOUBLE_VALUE = 2
    UINT64_VALUE = 3
    INT64_VALUE = 4
    STR_VALUE = 5
    BYTES_VALUE = 6
    REF_VALUE = 7
