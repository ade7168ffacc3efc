"""Files of a run: JSON that is written atomically, hashes, and paths that stay inside."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from typing import Any, Iterable

from .errors import RunError

RUN_FILE = "run.json"
CAPTURES_FOLDER = "captures"
CAPTURE_FILE = "capture.json"
LATENCIES_FILE = "latencies.npy"
FRAMES_FILE = "frame_ns.npy"
SPANS_FILE = "spans.npz"
PROBES_FILE = "probes.json"
INSPECT_FILE = "inspect.json"
OUTPUTS_FILE = "outputs.json"
PROVING_FILE = "proving.json"
CANDIDATE_FILE = "candidate.json"
DOING_FILE = "doing.json"
ADVICE_FILE = "advice.json"
WAITS_FILE = "waits.npz"
GROWTH_FILE = "growth.json"
PROFILE_FILE = "profile.prof"
STDERR_FILE = "stderr.txt"
NAMES_FILE = "names.json"
CODE_FILE = "code.json"
SCOPES_FILE = "scopes.json"
REPORT_FILE = "report.json"
SWEEP_FILE = "sweep.json"
REPORT_MARKDOWN_FILE = "report.md"
ENVIRONMENT_FILE = "environment.json"
PARTIAL_PREFIX = ".partial-"

MAX_JSON_BYTES = 64 << 20
# Digits of an int64; what is longer no kprof writes.
LONGEST_WHOLE = 20


def write_json(path: str, value: Any) -> None:
    """Write ``value`` as JSON so that a reader sees the old file or the new one, never a part."""
    write_text(path, json.dumps(value, indent=1, sort_keys=False, allow_nan=False) + "\n")


def write_text(path: str, text: str) -> None:
    """Write ``text`` as UTF-8 so that a reader sees the old file or the new one, never a part."""
    write_pieces(path, [text])


def write_pieces(path: str, pieces: Iterable[str]) -> None:
    """Write the text in ``pieces`` as `write_text` does, one after another."""
    temporary = "%s.tmp-%d" % (path, os.getpid())
    try:
        with open(temporary, "w", encoding="utf-8") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        if os.path.exists(temporary):
            os.unlink(temporary)


def read_json(path: str, schema: str) -> dict[str, Any]:
    """Return the JSON object in ``path``, whose ``schema`` must be ``schema``.

    Raises:
        RunError: no such file, not JSON, too large, or of another or newer schema.
    """
    value = _load(path)
    found = value.get("schema") if isinstance(value, dict) else None
    if found == schema:
        checked: dict[str, Any] = value
        return checked
    family, _, _version = schema.partition("/")
    if isinstance(found, str) and found.startswith(family + "/"):
        raise RunError(f"written by another kprof ({found}, this one reads {schema})", path, "update kprof")
    raise RunError(f"no {family} file (schema {found!r:.100})", path)


def _load(path: str) -> Any:
    try:
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode):
            raise RunError("is no regular file", path)
        if status.st_size > MAX_JSON_BYTES:
            raise RunError("larger than %d MB, no kprof file is" % (MAX_JSON_BYTES >> 20), path)
        with open(path, encoding="utf-8") as file:
            return json.load(file, parse_int=_whole, parse_constant=_no_number)
    except OSError as error:
        raise RunError(error.strerror or str(error), path) from error
    except (ValueError, RecursionError) as error:
        raise RunError(f"not valid JSON ({error}); the file was cut or altered", path) from error


def _whole(digits: str) -> int:
    if len(digits) > LONGEST_WHOLE:
        raise ValueError(f"a number of {len(digits)} digits")
    return int(digits)


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number")


def sha256(path: str) -> str:
    """Return the SHA-256 of a file in hexadecimal.

    Raises:
        RunError: no regular file: a FIFO would wait for a writer, a device never end.
    """
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise RunError("is no regular file", path)
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def inside(root: str, relative: str) -> str:
    """Return ``root/relative``; a path that leaves ``root`` raises `RunError`."""
    if os.path.isabs(relative):
        raise RunError(f"a manifest names the absolute path {relative}", root)
    base = os.path.realpath(root)
    path = os.path.realpath(os.path.join(base, relative))
    if path != base and not path.startswith(base + os.sep):
        raise RunError(f"a manifest names {relative}, which lies outside", root)
    return path
