"""Python interpreters of this machine that start: on PATH, under pyenv, and those that uv installed."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from . import uv_tool
from .errors import EnvironmentUnavailableError

PROBE_TIMEOUT_S = 10.0
# As Python itself names them; uv writes them small.
IMPLEMENTATIONS = {"cpython": "CPython", "pypy": "PyPy"}

# Runs under any Python 3.
_PROBE = """
import json, platform, sys
print(json.dumps([sys.executable, platform.python_version(), platform.python_implementation()]))
"""


@dataclass(frozen=True)
class Interpreter:
    """An interpreter that started; ``implementation`` is ``CPython`` or ``PyPy``."""

    path: str
    version: str
    implementation: str

    @property
    def minor(self) -> str:
        """Major and minor version, like ``3.11``."""
        return ".".join(self.version.split(".")[:2])


def find_interpreters() -> tuple[Interpreter, ...]:
    """Return the Python 3 interpreters that start, each once by its real path, newest first.

    uv looks for them on PATH, among those that it installed itself, and among pyenv's (``PYENV_ROOT``, else
    ``~/.pyenv``), whose shims only start where their version is chosen.
    """
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    on_path = [
        place for place in os.environ.get("PATH", "").split(os.pathsep) if Path(place) != root / "shims"
    ]
    places = [*on_path, *map(str, sorted(root.glob("versions/*/bin")))]
    wanted = ["--only-installed", "--all-versions", "--output-format", "json"]
    # the temporary folder is everyone's, and so may be a uv.toml in it
    arguments = ["--no-config", "python", "list", *wanted]
    variables = {"PATH": os.pathsep.join(filter(None, places))}
    folder = Path(tempfile.gettempdir())
    try:
        listing = uv_tool.run(uv_tool.find_uv(), arguments, folder, _unheard, variables)
        rows = json.loads(listing)
    except (EnvironmentUnavailableError, ValueError):
        return ()
    found: dict[str, Interpreter] = {}
    for row in rows:
        name = IMPLEMENTATIONS.get(row["implementation"], row["implementation"])
        # uv names what lies below its folder from there
        path = str((folder / row["path"]).resolve())
        found.setdefault(path, Interpreter(path, row["version"], name))
    return tuple(found.values())


def _unheard(line: str) -> None:
    """Ignore what uv says while it looks."""


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
        interpreter = Interpreter(*json.loads(done.stdout))
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
