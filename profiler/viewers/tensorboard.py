"""Shows a run's traces in TensorBoard's Profile tab, from a temporary folder that names them by variant."""

from __future__ import annotations

import importlib.util
import shutil
import sys
import tempfile
import urllib.parse
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from ..protocol.errors import CollectError, KprofError, RunError, UsageError
from ..protocol.instruments import TRACE, instrument
from ..protocol.options import option
from ..readers import session_files, xplane
from ..runs import record, selection
from ..runs.foreign import Foreign
from ..runs.record import Capture, RunRecord
from . import serve

# A variant's session under this one has the variant's name; others add theirs.
PLAIN = "tfprofiler"
XPLANE = "xplane"
PACKAGES = {"tensorboard": "tensorboard", "xprof": "tensorboard-plugin-profile"}
TRACE_VIEWER = "trace_viewer@"
# Where TensorBoard looks for profiles: each folder in it is a session, which the page lists by name.
SESSIONS = Path("plugins", "profile")
OLD_SETUPTOOLS = "this TensorBoard needs an older setuptools: pip install 'setuptools<81'"


class Shown(NamedTuple):
    """One session of the page: its name there, the capture, and its first host."""

    name: str
    capture: Capture
    host: str


def view(
    path: Path, variant: str | None, port: int | None, browser: bool, say: Callable[[str], None]
) -> None:
    """Serve a run's traces until an interrupt.

    Args:
        path: the run directory; it is not changed.
        variant: ``ID`` or ``ENV:ID``; None for all, the compiled predict of the tiny model first.
        port: a port of 127.0.0.1; None for a free one.
        browser: whether to open a browser.
        say: gets each line for the user.

    Raises:
        UsageError: an unknown or ambiguous variant, a port in use.
        RunError: no trace that can be shown.
        CollectError: TensorBoard or its plugin is missing, or does not start.
    """

    def put(logs: Path) -> str:
        shown = fill(logs, record.read(path), variant, say)
        for one in shown:
            say(f"{one.name}: {one.capture.variant.id} on {one.capture.environment}")
        return _page(shown[0].name, shown[0].host)

    _serve(put, port, browser, say)


def view_foreign(
    opened: tuple[Foreign, ...], port: int | None, browser: bool, say: Callable[[str], None]
) -> None:
    """Serve someone else's session, its files linked into a temporary folder, until an interrupt.

    Raises:
        UsageError: a port in use, or no trace that TensorBoard reads.
        CollectError: TensorBoard or its plugin is missing, or does not start.
    """
    for one in opened:
        if one.format != XPLANE:
            raise UsageError("TensorBoard does not read such a file", one.path, "view snakeviz shows a .prof")

    def put(logs: Path) -> str:
        name = (opened[0].session or opened[0].path.name.partition(".")[0] or "session").replace("/", "-")
        session = logs / SESSIONS / name
        session.mkdir(parents=True)
        for one in opened:
            _show(one.path, session / f"{_host_of(one)}.xplane.pb")
            say(f"{name}: {one.path}")
        return _page(name, _host_of(opened[0]))

    _serve(put, port, browser, say)


def _host_of(foreign: Foreign) -> str:
    """Return the host of a file, as part of a file's name."""
    return (foreign.host or "host").replace("/", "-")


def _serve(put: Callable[[Path], str], port: int | None, browser: bool, say: Callable[[str], None]) -> None:
    """Serve what ``put`` lays into a log directory; it returns the page to open first."""
    for module, package in PACKAGES.items():
        if importlib.util.find_spec(module) is None:
            raise CollectError(f"has no {package}", sys.executable, f"pip install {package}")
    chosen = serve.choose_port(port)
    with serve.stoppable() as stop, tempfile.TemporaryDirectory(prefix="kprof-view-") as temporary:
        folder = Path(temporary).resolve()
        logs = folder / "logs"
        page = put(logs)
        command = (sys.executable, "-m", "tensorboard.main", "--logdir", str(logs), "--host", serve.HOST)
        options = ("--port", str(chosen), "--load_fast", "false", "--reload_interval", "0")
        server = serve.Server("TensorBoard", (*command, *options), folder, chosen, page)
        try:
            serve.serve(server, stop, browser, say)
        except CollectError as error:
            if "pkg_resources" in str(error):
                raise CollectError(error.what, error.where, OLD_SETUPTOOLS) from error
            raise


def fill(folder: Path, run: RunRecord, variant: str | None, say: Callable[[str], None]) -> list[Shown]:
    """Put those of a run's traces that our reader accepts into a folder for TensorBoard.

    Args:
        folder: one that is empty or not there.
        run: whose traces.
        variant: as `view` has it.
        say: gets a line for each trace that is left out.

    Returns:
        The sessions that are there now, at least one.

    Raises:
        UsageError: an unknown or ambiguous variant.
        RunError: there is nothing to show.
    """
    several = len({slug for slug, _ in run.variants}) > 1
    shown: list[Shown] = []
    reasons: list[str] = []
    taken: Counter[str] = Counter()
    for pair in selection.named(run, variant):
        for capture in run.of(*pair):
            if TRACE not in instrument(capture.instrument).gives:
                continue
            full = f"{capture.environment}/{capture.variant.id}" if several else capture.variant.id
            # a name comes from the run, which may be anyone's: it must stay one folder in ours
            added = "" if capture.instrument == PLAIN else f"-{capture.instrument}"
            plain = full.replace("/", "-") + added
            taken[plain] += 1
            name = f"{plain}-{taken[plain]}" if taken[plain] > 1 else plain
            session = folder / SESSIONS / name
            try:
                shown.append(Shown(name, capture, _put(capture, session)))
            except (KprofError, OSError) as error:
                shutil.rmtree(session, ignore_errors=True)
                why = error.below(capture.folder) if isinstance(error, KprofError) else error
                reasons.append(f"{capture.variant.id}: {why}")
    if not shown:
        if reasons:
            raise RunError(f"no trace to show: {reasons[0]}", run.name)
        raise RunError("no trace to show", run.name, f"measure with {option('instruments', PLAIN)}")
    for reason in reasons:
        say(f"left out: {reason}")
    return shown


def _put(capture: Capture, session: Path) -> str:
    """Link or unpack a capture's trace files into a new folder and return the first host."""
    found = capture.trace_folder()
    if not capture.usable or found is None:
        raise RunError(capture.reason or "the capture holds no trace")
    if capture.runtime_trace:
        raise RunError("this TensorBoard does not read the traces of so old a release")
    sources = xplane.read_session(found).files
    hosts = {_host(source): source for source in sources}
    if len(hosts) < len(sources):
        raise RunError("holds one host's trace twice, packed and unpacked", found, "remove either")
    session.mkdir(parents=True)
    for host, source in hosts.items():
        _show(source, session / f"{host}.xplane.pb")
    return next(iter(hosts))


def _host(source: Path) -> str:
    return source.name.removesuffix(next(one for one in xplane.SUFFIXES if source.name.endswith(one)))


def _show(source: Path, target: Path) -> None:
    """Make ``target`` hold the bytes that our reader sees in a file: a link, or an unpacked copy."""
    read = session_files.load(source)
    with source.open("rb") as file:
        packed = file.read(2) != read[:2].tobytes()
    if packed:
        target.write_bytes(read.data)
    else:
        target.symlink_to(source.resolve())


def _page(session: str, host: str) -> str:
    query = {"run": session, "tag": TRACE_VIEWER, "host": host}
    return f"/?{urllib.parse.urlencode(query)}#profile"
