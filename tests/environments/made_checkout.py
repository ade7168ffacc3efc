"""Real git repositories with files that a test chooses."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

_NOBODY = {
    "GIT_AUTHOR_NAME": "nobody",
    "GIT_AUTHOR_EMAIL": "nobody@localhost",
    "GIT_COMMITTER_NAME": "nobody",
    "GIT_COMMITTER_EMAIL": "nobody@localhost",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


def git(top: Path, *arguments: str) -> str:
    """Run git in a repository and return what it printed."""
    done = subprocess.run(
        ["git", "-C", str(top), *arguments],
        env={"PATH": os.environ["PATH"], **_NOBODY},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def made(top: Path, contents: Mapping[str, str]) -> Path:
    """Make a repository with one commit of these files."""
    top.mkdir(parents=True)
    git(top, "init", "--quiet", "--initial-branch", "main")
    commit(top, contents)
    return top


def commit(top: Path, contents: Mapping[str, str] | None = None) -> str:
    """Commit files, or nothing new, and return the newest commit."""
    for name, text in (contents or {}).items():
        file = top / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    if contents:
        git(top, "add", "--all")
        git(top, "commit", "--quiet", "--message", "a change")
    return git(top, "rev-parse", "HEAD").strip()
