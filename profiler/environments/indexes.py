"""Translates pip's configuration of package indexes into uv's.

uv does not read pip's configuration. An ``index-url`` of pip replaces the public index, so it is handed over
from the start; further indexes and folders of wheels only when uv alone does not find a package. Where uv
has indexes of its own, nothing is handed over.
"""

from __future__ import annotations

import ast
import contextlib
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..tables import declared

PIP_TIMEOUT_S = 20.0
_TRANSPORT = ("UV_INSECURE_HOST", "SSL_CERT_FILE")
OWN_VARIABLES = (
    *("UV_INDEX", "UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS"),
    "UV_CONFIG_FILE",
)
_OWN_SETTINGS = {"index", "index-url", "extra-index-url", "find-links", "no-index"}


@dataclass(frozen=True)
class Indexes:
    """Where uv looks for packages: environment variables and options to add.

    URLs may hold a password, so they are variables: other users could read options.
    """

    variables: Mapping[str, str]
    options: tuple[str, ...] = ()


def attempts() -> tuple[Indexes, ...]:
    """Return where uv should look for packages, in the order in which to try."""
    if _uv_has_indexes():
        return (Indexes({}),)
    handed = from_pip(pip_configuration())
    transport = {name: value for name, value in handed.variables.items() if name in _TRANSPORT}
    if "UV_DEFAULT_INDEX" in handed.variables or handed.options or handed.variables == transport:
        return (handed,)
    return Indexes(transport), handed


def _uv_has_indexes() -> bool:
    if any(os.environ.get(name) for name in OWN_VARIABLES):
        return True
    user = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    for path in (user / "uv" / "uv.toml", Path("/etc/uv/uv.toml")):
        with contextlib.suppress(OSError, ValueError):
            settings = declared.read(path)
            if _OWN_SETTINGS & (settings.keys() | settings.get("pip", {}).keys()):
                return True
    return False


def from_pip(settings: Mapping[str, str]) -> Indexes:
    """Return pip's settings of package indexes as uv's."""
    variables: dict[str, str] = {}
    if settings.get("index-url"):
        variables["UV_DEFAULT_INDEX"] = settings["index-url"].strip()
    if settings.get("extra-index-url"):
        variables["UV_INDEX"] = " ".join(settings["extra-index-url"].split())
    links = [link for link in settings.get("find-links", "").split() if _exists(link)]
    if links:
        variables["UV_FIND_LINKS"] = ",".join(links)
    if variables:
        # pip takes the best version of all indexes; uv by itself stops at the first that has the package
        variables["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    if settings.get("trusted-host"):
        variables["UV_INSECURE_HOST"] = " ".join(settings["trusted-host"].split())
    if settings.get("cert") and not os.environ.get("SSL_CERT_FILE"):
        variables["SSL_CERT_FILE"] = settings["cert"]
    no_index = settings.get("no-index", "").lower() in ("1", "true", "yes", "on")
    return Indexes(variables, ("--no-index",) if no_index else ())


def _exists(link: str) -> bool:
    return "://" in link or Path(link).expanduser().exists()


def pip_configuration() -> dict[str, str]:
    """Return pip's effective settings, as the pip of kprof's own interpreter reads them.

    Without a pip there, ``PIP_*`` variables still count.
    """
    settings: dict[str, str] = {}
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "config", "list"]
    listing = ""
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PIP_TIMEOUT_S,
            check=True,
        )
        listing = done.stdout
    for section in ("global", "install"):
        settings.update(_section(listing, section))
    for name, value in os.environ.items():
        if name.startswith("PIP_") and value:
            settings[name[4:].lower().replace("_", "-")] = value
    return settings


def _section(listing: str, section: str) -> dict[str, str]:
    found = {}
    for line in listing.splitlines():
        key, separator, value = line.partition("=")
        if separator and key.startswith(f"{section}."):
            with contextlib.suppress(ValueError, SyntaxError):
                found[key[len(section) + 1 :]] = str(ast.literal_eval(value))
    return found
