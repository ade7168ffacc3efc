"""Memory that the C library has given out: it tells of growth that fills what was freed before."""

from __future__ import annotations

import functools
from typing import Any

from ..protocol.errors import Unusable

# <malloc.h>: struct mallinfo2
FIELDS = (
    "arena",
    "ordblks",
    "smblks",
    "hblks",
    "hblkhd",
    "usmblks",
    "fsmblks",
    "uordblks",
    "fordblks",
    "keepcost",
)


def native_bytes() -> int:
    """Return the bytes in use, those of all arenas and of blocks that have pages of their own.

    Raises:
        Unusable: another C library than a glibc of 2.33 or later.
    """
    found = _mallinfo2()()
    return int(found.uordblks + found.hblkhd)


@functools.lru_cache(maxsize=None)
def _mallinfo2() -> Any:
    try:
        import ctypes

        library = ctypes.CDLL(None)
        function = library.mallinfo2
    except (ImportError, OSError, AttributeError, TypeError) as error:
        raise Unusable("the C library has no mallinfo2") from error
    size_t: Any = ctypes.c_size_t
    function.restype = type(
        "Mallinfo2", (ctypes.Structure,), {"_fields_": [(name, size_t) for name in FIELDS]}
    )
    return function
