"""Someone else's profile or trace as a run: one file, or one of each host of a profiler session.

The file's bytes say what format it has. Whoever made it is not trusted, and it is never changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from ..protocol import files
from ..protocol.errors import TraceFormatError, UsageError
from ..protocol.options import option
from ..readers import reader, recognise
from ..readers.findings import Finding
from ..readers.sessions import Session, SessionFile, sessions
from .location import LATEST, traces_folder

if TYPE_CHECKING:
    from ..readers.pstats import Profile
    from ..readers.xplane import Trace

MOST_NAMED = 12
AGAIN = "if it was cut on its way, copy it again; else record it again"


@dataclass(frozen=True)
class Foreign:
    """A file that someone else's profiler made.

    Attributes:
        path: the file.
        format: the id of its reader in `readers.FORMATS`.
        session: the profiler session that it belongs to; None for a file that was named itself.
        host: the machine that recorded it, where the file tells.
        sha256: of the file's bytes.
        findings: what is wrong with it.
        tables: what its reader gives.
    """

    path: Path
    format: str
    session: str | None
    host: str | None
    sha256: str
    findings: tuple[Finding, ...]
    tables: object

    @property
    def spoiled(self) -> str | None:
        """Why no share may be taken from it; None where one may."""
        return next((finding.text for finding in self.findings if finding.spoils_shares), None)

    @property
    def holds_callers(self) -> bool:
        """Whether it is a profile of callers."""
        return self.format == "pstats"

    def profile(self) -> Profile:
        """Return its profile of callers.

        Raises:
            UsageError: it is a trace.
        """
        if not self.holds_callers:
            raise UsageError("is a trace, not a profile of callers", self.path)
        return cast("Profile", self.tables)

    def trace(self) -> Trace:
        """Return its trace with Python calls.

        Raises:
            UsageError: it is a profile of callers, or a trace of the runtime alone.
        """
        if self.format == "xplane":
            return cast("Trace", self.tables)
        held = "callers, not stacks" if self.holds_callers else "the runtime alone"
        raise UsageError(f"keeps {held}", self.path)


def meant(name: str) -> Path | None:
    """Return the file or folder of someone else's profile that a RUN on the command line means.

    None where it means a run of ours, or nothing that is there: `find.find` then says what. A run comes
    first: ``latest``, a run's name, or a folder with a ``run.json``.
    """
    path = Path(name)
    try:
        for candidate in (traces_folder() / name, path):
            if (candidate / files.RUN_FILE).is_file():
                return None
        if name == LATEST or not name or not path.exists():
            return None
        return path if not path.is_dir() or sessions(path) else None
    except (OSError, ValueError):
        return None


def open_files(path: Path, session: str | None = None) -> tuple[Foreign, ...]:
    """Return what a file holds, or a session in a folder: a file for each of its hosts.

    Args:
        path: the file or folder.
        session: the session's name; None where the folder holds one alone.

    Raises:
        TraceFormatError: a file cannot be read, or is of no format that kprof reads.
        UsageError: the folder holds several sessions, or none of this name.
    """
    if not path.is_dir():
        if session is not None:
            raise UsageError("is a file, which has no sessions", path, f"leave out {option('session')}")
        return (_read(path, None, None),)
    chosen = _chosen(path, session)
    if not chosen.files:
        raise TraceFormatError(
            "is still being written", chosen.folder, to_do="wait until the profiler is done"
        )
    return tuple(_read(file.path, chosen.name, host) for host, file in _of_hosts(chosen).items())


def open_file(path: Path, session: str | None = None) -> Foreign:
    """Return what a file holds, or a session of one host.

    Raises:
        TraceFormatError: as `open_files`.
        UsageError: as `open_files`, or the session has several hosts.
    """
    if path.is_dir():
        hosts = _of_hosts(_chosen(path, session))
        if len(hosts) > 1:
            first = next(iter(hosts.values())).path
            raise UsageError(
                f"holds {_listed(list(hosts))} of one session", path, f"name one host's file: {first}"
            )
    return open_files(path, session)[0]


def _of_hosts(session: Session) -> dict[str, SessionFile]:
    """Return the file of each host that says most."""
    found: dict[str, SessionFile] = {}
    for file in session.files:
        found.setdefault(file.host, file)
    return found


def _chosen(path: Path, name: str | None) -> Session:
    found = sessions(path)
    if not found:
        raise TraceFormatError("holds no session of the TensorFlow profiler", path)
    names = [session.name for session in found]
    if name is not None:
        if name not in names:
            raise UsageError(f"no such session: {_listed(names)}", option("session", name))
        return found[names.index(name)]
    if len(found) > 1:
        raise UsageError(
            f"holds {len(found)} sessions: {_listed(names)}",
            path,
            f"choose with {option('session', names[-1])}",
        )
    return found[0]


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


def _read(path: Path, session: str | None, host: str | None) -> Foreign:
    name = recognise(path)
    digest = _digest(path)
    try:
        return _opened(path, name, session, host, digest)
    except TraceFormatError as error:
        if error.to_do is not None:
            raise
        raise TraceFormatError(error.what, error.where, to_do=AGAIN) from error


def _opened(path: Path, name: str, session: str | None, host: str | None, digest: str) -> Foreign:
    tables = reader(name).read(path)
    told = next(iter(reader(name).hosts(tables)), None)
    return Foreign(path, name, session, host or told, digest, reader(name).findings(tables), tables)


def _digest(path: Path) -> str:
    try:
        return files.sha256(str(path))
    except OSError as error:
        raise TraceFormatError(f"cannot be read: {error.strerror or error}", path) from None
