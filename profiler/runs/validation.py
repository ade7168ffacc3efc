"""What the JSON files of a run must hold before any of it is used: the schemas beside this module."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import best_match
from jsonschema.protocols import Validator

from ..protocol.errors import RunError

FOLDER = Path(__file__).parent / "schemas"
RUN, CAPTURE, INSPECT = "run", "capture", "inspect"
_LONGEST = 160


def check(manifest: Mapping[str, Any], kind: str, path: Path) -> None:
    """Pass a manifest (`RUN`, `CAPTURE` or `INSPECT`) that was read from ``path``.

    Raises:
        RunError: a field is missing or is not what it should be; the text names it.
    """
    error = best_match(_validator(kind).iter_errors(manifest))
    if error is None:
        return
    field = ".".join(map(str, error.absolute_path)) or "the whole"
    said = error.message if len(error.message) <= _LONGEST else f"{error.message[:_LONGEST]}..."
    raise RunError(f"{path}: {field}: {said}; the file was altered")


@functools.cache
def _validator(kind: str) -> Validator:
    # JSON Schema takes 1e300 for an integer, Python's slices do not.
    whole = Draft202012Validator.TYPE_CHECKER.redefine(
        "integer", lambda _, value: isinstance(value, int) and not isinstance(value, bool)
    )
    extend: Any = validators.extend  # the stubs leave it untyped
    made: Validator = extend(Draft202012Validator, type_checker=whole)(
        json.loads((FOLDER / f"{kind}.json").read_text(encoding="utf-8"))
    )
    return made
