"""The words of a measurement: workloads, compile states, entry points, phases, variants."""

from __future__ import annotations

import dataclasses
import difflib
import re
from dataclasses import dataclass
from typing import Any, Iterable, Iterator, Optional, Sequence, Tuple

from .errors import UsageError
from .options import option

WORKLOADS = ("tiny", "medium")
SCALABLE = "mlp"
"""The built-in workload of any width: ``mlp256`` has layers of 256 units."""
MOST_WIDTH = 1 << 14
COMPILE_STATES = ("uncompiled", "compiled")
ENTRY_POINTS = ("predict", "predict_on_batch", "call", "function")

PHASES = (
    "input pipeline",
    "graph tracing",
    "iterator creation",
    "execution",
    "callbacks",
    "output conversion",
    "teardown",
    "other",
)
CAPTURE_STATUSES = ("ok", "failed", "unsound", "timeout")
# Those whose calls were timed, whatever their raw files are worth.
TIMED_STATUSES = ("ok", "unsound")

Label = Tuple[str, int, str]
"""A function as profiles name it: file, first line, name."""


def nearest(value: str, known: Sequence[str]) -> str:
    """Return what to answer to a name that is none of ``known``: the nearest one, or all."""
    near = difflib.get_close_matches(value, known, n=1, cutoff=0.4)
    return f"did you mean {near[0]}?" if near else "choose from {}".format(", ".join(known))


def counted(count: int, thing: str) -> str:
    """Return how many there are of a thing, as ``1 call`` or ``3 calls``."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def require_known(kind: str, value: str, known: Sequence[str]) -> str:
    """Return ``value`` when it is one of ``known``, else raise `UsageError` with the nearest name."""
    if value in known:
        return value
    raise UsageError(f"unknown {kind} {value!r}: {nearest(value, known)}")


def scaled(width: int) -> str:
    """Return the name of the scalable workload of a width."""
    return f"{SCALABLE}{width}"


def width_of(workload: str) -> Optional[int]:
    """Return the width that a name of the scalable workload says; None for any other name."""
    found = re.fullmatch(SCALABLE + "([1-9][0-9]{0,6})", workload)
    return int(found.group(1)) if found and int(found.group(1)) <= MOST_WIDTH else None


def require_workload(name: str) -> str:
    """Return the name of a built-in workload, else raise `UsageError` with the nearest name."""
    if width_of(name) is not None:
        return name
    if name.startswith(SCALABLE):
        raise UsageError(
            f"unknown workload {name!r}: its width is missing or not 1 to {MOST_WIDTH}",
            to_do="name it like {}".format(scaled(256)),
        )
    return require_known("workload", name, (*WORKLOADS, scaled(256)))


def is_factory(model: str) -> bool:
    """Return whether a model's name is ``package.module:factory`` rather than a path."""
    module, colon, name = model.partition(":")
    return bool(colon) and name.isidentifier() and all(part.isidentifier() for part in module.split("."))


DEFAULT_SIGNATURE = "serving_default"


def default_signature(names: Sequence[str]) -> str:
    """Return the signature that a SavedModel is called by when nobody names one.

    Raises:
        UsageError: it has none, or several without `DEFAULT_SIGNATURE` among them.
    """
    if DEFAULT_SIGNATURE in names:
        return DEFAULT_SIGNATURE
    if len(names) == 1:
        return names[0]
    if not names:
        raise UsageError("the SavedModel has no signature")
    raise UsageError(
        "the SavedModel has {} signatures".format(len(names)),
        to_do="choose one with {}: {}".format(option("signature"), ", ".join(names)),
    )


@dataclass(frozen=True, order=True)
class Variant:
    """Workload x compile state x entry point x batch size: one thing that is timed."""

    workload: str
    compile_state: str
    entry_point: str
    batch_size: int
    rows: int

    def __post_init__(self) -> None:
        for name in ("workload", "compile_state", "entry_point"):
            require_name(name, getattr(self, name))
        for name in ("batch_size", "rows"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}, at least 1 is needed")

    @property
    def id(self) -> str:
        """The name that is unique within an environment, like ``tiny/compiled/predict/b32``."""
        return "/".join(self._parts())

    @property
    def folder(self) -> str:
        """The name of the variant's folder in a run directory."""
        return "-".join(self._parts())

    def _parts(self) -> list[str]:
        sizes = [f"b{self.batch_size}"] + ([f"r{self.rows}"] if self.rows != self.batch_size else [])
        return [self.workload, self.compile_state, self.entry_point, *sizes]

    def differing(self, **changes: Any) -> Variant:
        """Return the variant that differs in these fields."""
        return dataclasses.replace(self, **changes)


def compared(variants: Iterable[Variant]) -> Iterator[tuple[Variant, Variant]]:
    """Yield (baseline, candidate) for all comparisons that a report shows of one environment's variants.

    Compiled against uncompiled for the same entry point, and every other entry point against ``predict``
    for the same compile state; always of the same workload, batch size and rows.
    """
    known = dict.fromkeys(variants)
    for candidate in known:
        for baseline in (
            candidate.differing(compile_state="uncompiled"),
            candidate.differing(entry_point="predict"),
        ):
            if baseline in known and baseline != candidate:
                yield baseline, candidate


LONGEST_NAME = 200


def require_name(what: str, name: str) -> str:
    """Return a name that can be part of a folder's name, as every workload's and environment's must.

    Raises:
        ValueError: it is empty, too long, leads elsewhere, or holds what a terminal or a disk cannot take.
    """
    if not name or len(name) > LONGEST_NAME:
        raise ValueError(f"{what} has {len(name)} characters, 1 to {LONGEST_NAME} may be")
    if name in (".", "..") or "/" in name or "\\" in name:
        raise ValueError(f"{what} {name!r} leads to another folder")
    require_printable(what, name)
    return name


def require_printable(what: str, text: str) -> str:
    """Return a text without control characters and lone surrogates.

    Raises:
        ValueError: it holds one.
    """
    for character in text:
        code = ord(character)
        if code < 0x20 or 0x7F <= code < 0xA0 or 0xD800 <= code < 0xE000:
            raise ValueError(f"{what} {text[:60]!r} holds a control character")
    return text


def require_at_least(least: float, **values: float | None) -> None:
    """Raise ValueError for the first value, named by its keyword, below ``least``; None is allowed."""
    for name, value in values.items():
        if value is not None and not value >= least:
            raise ValueError(f"{name} is {value}, at least {least:g} is needed")
