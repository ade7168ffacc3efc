"""Git checkouts: which one holds a file, and another revision of it in a temporary worktree.

No hook of the repository runs, and nothing is changed in it but the list of its worktrees, which is put back.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..protocol.errors import UsageError

# What git sets for its hooks: it would have every command look into that repository.
_OF_HOOKS = (
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_WORK_TREE",
)
_NO_CHECKOUT = "not a git repository"


@dataclass(frozen=True)
class Checkout:
    """A git checkout by its top folder, with links followed."""

    top: Path

    def commit(self, revision: str) -> str | None:
        """Return the hash of the commit that a revision names; None where it names none."""
        if not revision or revision.startswith("-"):
            return None
        done = _git(self.top, "rev-parse", "--quiet", "--verify", f"{revision}^{{commit}}")
        return done.stdout.strip() if done.returncode == 0 else None

    @contextlib.contextmanager
    def at(self, commit: str, folder: Path) -> Iterator[Path]:
        """Check a commit out in a folder that does not exist yet, and remove it however the block ends.

        Raises:
            UsageError: git cannot check it out there.
        """
        try:
            done = _git(self.top, "worktree", "add", "--detach", "--force", str(folder), commit)
            if done.returncode != 0:
                raise UsageError(f"cannot be checked out: {_said(done)}", f"{self.top} at {commit[:12]}")
            yield folder.resolve()
        finally:
            # beyond the reach of a second Ctrl-C in the terminal
            _git(self.top, "worktree", "remove", "--force", str(folder), apart=True)
            shutil.rmtree(folder, ignore_errors=True)
            _git(self.top, "worktree", "prune", apart=True)


def holding(path: Path) -> Checkout | None:
    """Return the checkout that a file or folder lies in; None where it lies in none.

    Raises:
        UsageError: there is no git, or it refuses to look (a checkout of someone else's).
    """
    folder = path if path.is_dir() else path.parent
    done = _git(folder, "rev-parse", "--show-toplevel")
    if done.returncode == 0:
        return Checkout(Path(done.stdout.rstrip("\n")).resolve())
    if _NO_CHECKOUT in done.stderr:
        return None
    raise UsageError(f"git does not say which checkout this is: {_said(done)}", folder)


def _git(folder: Path, *arguments: str, apart: bool = False) -> subprocess.CompletedProcess[str]:
    variables = {name: value for name, value in os.environ.items() if name not in _OF_HOOKS}
    try:
        return subprocess.run(
            ["git", "-C", str(folder), "-c", f"core.hooksPath={os.devnull}", *arguments],
            env={**variables, "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            start_new_session=apart,
        )
    except FileNotFoundError as error:
        raise UsageError("a revision needs git, which is not installed", folder, "install it") from error


def _said(done: subprocess.CompletedProcess[str]) -> str:
    lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
    return (lines or [f"git ended with exit code {done.returncode}"])[-1][:300]
