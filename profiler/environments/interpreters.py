"""Python interpreters of this machine: on PATH, under pyenv, and those that uv installed.

Only those that really start count: a pyenv shim may exist and end with "command not found".
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

NAMES = (*(f"python3.{minor}" for minor in range(13, 6, -1)), "python3", "python")
PROBE_TIMEOUT_S = 10.0
UV_TIMEOUT_S = 20.0
PROBES_AT_ONCE = 4

# Runs under any Python 3; inside a virtual environment it names the interpreter underneath.
# Before 3.11 the base executable is that of the environment itself.
_PROBE = """
import importlib.util, json, os, platform, sys
base = sys.executable
if sys.prefix != sys.base_prefix:
    base = getattr(sys, "_base_executable", None) or base
    under = os.path.join(sys.base_prefix, "bin", "python%d.%d" % sys.version_info[:2])
    if base == sys.executable and os.path.isfile(under):
        base = under
print(json.dumps({
    "path": base,
    "version": platform.python_version(),
    "implementation": platform.python_implementation(),
    "machine": platform.machine(),
    "has_venv": all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")),
}))
"""


@dataclass(frozen=True)
class Interpreter:
    """An interpreter that started; ``has_venv``: its own ``python -m venv`` would work.

    ``implementation`` is ``CPython`` or ``PyPy``, ``machine`` reads ``x86_64`` or ``arm64``.
    """

    path: str
    version: str
    implementation: str
    machine: str
    has_venv: bool

    @property
    def minor(self) -> str:
        """Major and minor version, like ``3.11``."""
        return ".".join(self.version.split(".")[:2])


def find_interpreters(uv: str | None = None) -> tuple[Interpreter, ...]:
    """Return the Python 3 interpreters that start, each once by its real path.

    Those on PATH come first, then pyenv's (``PYENV_ROOT``, else ``~/.pyenv``), newest first, then those that
    the ``uv`` executable installed.
    """
    candidates = list(dict.fromkeys([*_on_path(), *_of_pyenv(), *_of_uv(uv)]))
    with ThreadPoolExecutor(PROBES_AT_ONCE) as pool:
        probed = pool.map(probe, candidates)
    found: dict[str, Interpreter] = {}
    for interpreter in probed:
        if interpreter is not None:
            found.setdefault(os.path.realpath(interpreter.path), interpreter)
    return tuple(found.values())


def probe(path: str) -> Interpreter | None:
    """Return what an interpreter says of itself, or None when it is no Python 3 that starts in time."""
    try:
        done = subprocess.run(
            [path, "-E", "-s", "-c", _PROBE],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PROBE_TIMEOUT_S,
            check=True,
        )
        facts = json.loads(done.stdout)
        interpreter = Interpreter(**facts)
    except (OSError, subprocess.SubprocessError, ValueError, TypeError):
        return None
    return interpreter if interpreter.path and interpreter.version.startswith("3.") else None


def choose(interpreters: Sequence[Interpreter], minor: str) -> Interpreter | None:
    """Return the newest CPython of a minor version such as ``3.11``, or None."""
    fitting = [i for i in interpreters if i.minor == minor and i.implementation == "CPython"]
    return max(fitting, key=lambda i: _version_key(i.version), default=None)


def _version_key(version: str) -> tuple[int, ...]:
    digits = ("".join(c for c in part if c.isdigit()) for part in version.split("."))
    return tuple(int(part) for part in digits if part)


def _on_path() -> Iterator[str]:
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        for name in NAMES:
            path = Path(folder, name)
            if folder and path.is_file() and os.access(path, os.X_OK):
                yield str(path)


def _of_pyenv() -> Iterator[str]:
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    folders = (path for path in root.glob("versions/*") if path.is_dir())
    for folder in sorted(folders, key=lambda path: _version_key(path.name), reverse=True):
        for name in ("python3", "python"):
            if (folder / "bin" / name).is_file():
                yield str(folder / "bin" / name)
                break


def _of_uv(uv: str | None) -> Iterator[str]:
    if uv is None:
        return
    command = [uv, "python", "list", "--managed-python", "--only-installed", "--output-format", "json"]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=UV_TIMEOUT_S, check=True
        )
        rows = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return
    for row in rows:
        if row.get("path"):
            yield row["path"]
