"""The user's own arrays, from their file or from their function."""

from __future__ import annotations

import re
import zipfile
import zlib
from typing import Any, Callable, Mapping, Sequence

from ...protocol.errors import UsageError
from .. import reasons

# What a file that was cut, altered or written by something else raises.
UNREADABLE = (OSError, ValueError, EOFError, KeyError, MemoryError, zipfile.BadZipFile, zlib.error)
# How numpy.savez calls an array that was given no name.
UNNAMED = "arr_"
_IS_UNNAMED = re.compile(UNNAMED + r"[0-9]+")


class Arrays:
    """Arrays by name, each read when it is asked for.

    Args:
        place: the file or function that they are from.
        names: their names.
        read: returns the array of a name.
    """

    def __init__(self, place: str, names: Sequence[str], read: Callable[[str], Any]) -> None:
        self.place = place
        self.names = tuple(names)
        self.has_names = not all(_IS_UNNAMED.fullmatch(name) for name in names)
        self._read = read

    def named(self, name: str) -> Any:
        """Return an array.

        Raises:
            UsageError: it cannot be read, or holds Python objects.
        """
        return self._read(name)

    def place_of(self, name: str) -> str:
        """Return the place of an array in a message."""
        return self.place if len(self.names) == 1 and not self.has_names else f"{self.place}: {name!r}"

    def fitted(self, name: str, array: Any, rows: int, notes: list[str]) -> Any:
        """Return ``rows`` rows of an array, cut or repeated, and note what the user should know of them."""
        import numpy

        place = self.place_of(name) if name in self.names else f"{self.place}: {name!r}"
        if len(array) < rows:
            notes.append(f"{place} has {len(array)} rows, repeated to {rows}")
        elif len(array) > rows:
            notes.append(f"{place} has {len(array)} rows, the first {rows} are used")
        taken = numpy.array(array[numpy.arange(rows) % len(array)])
        if taken.dtype.kind == "f":
            for what, found in (("NaN", numpy.isnan(taken)), ("infinite values", numpy.isinf(taken))):
                if found.any():
                    notes.append(f"{place} holds {what}")
        return taken


def of_file(path: str) -> Arrays:
    """Return the arrays of a ``.npy`` or ``.npz``.

    Raises:
        UsageError: it cannot be read.
    """
    import numpy

    try:
        loaded = numpy.load(path, mmap_mode="r", allow_pickle=False)
    except UNREADABLE as error:
        what = f"no .npy or .npz file that can be read ({reasons.shortened(str(error), 200)})"
        raise UsageError(what, path, "write it with numpy.save or numpy.savez") from error
    if not hasattr(loaded, "files"):
        return Arrays(path, [UNNAMED + "0"], lambda name: loaded)
    return Arrays(path, loaded.files, lambda name: _member(path, loaded, name))


def of_value(place: str, value: Any) -> Arrays:
    """Return the arrays that a function gave: one, a list of several, or a dictionary by name.

    Raises:
        UsageError: something among them is no array of numbers or texts.
    """
    if isinstance(value, Mapping):
        found = {str(name): _array(place, one) for name, one in value.items()}
    elif isinstance(value, (list, tuple)):
        found = {f"{UNNAMED}{number}": _array(place, one) for number, one in enumerate(value)}
    else:
        found = {UNNAMED + "0": _array(place, value)}
    return Arrays(place, list(found), found.__getitem__)


def _array(place: str, value: Any) -> Any:
    import numpy

    array = value.numpy() if hasattr(value, "numpy") else value
    if not hasattr(array, "__array__"):
        raise UsageError(f"gives an object of type {type(value).__name__} where an array is needed", place)
    array = numpy.asarray(array)
    if array.dtype.kind == "O":
        to_do = "give arrays of numbers or texts (dtype U)"
        raise UsageError("gives an array of Python objects", place, to_do)
    return array


def _member(path: str, archive: Any, name: str) -> Any:
    """Return an array of an ``.npz``, which is read only now."""
    try:
        return archive[name]
    except UNREADABLE as error:
        if "allow_pickle" in str(error):
            to_do = "write numbers or texts (dtype U) with numpy.savez"
            raise UsageError(f"{name!r} holds Python objects", path, to_do) from error
        what = f"{name!r} cannot be read ({reasons.named(error, 200)})"
        raise UsageError(what, path, "write the file again with numpy.savez") from error
