"""Checks whether this machine can measure; each finding says what to do about it."""

from __future__ import annotations

import dataclasses
import importlib.metadata
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.version import Version

from ..environments import interpreters, sound_cprofile
from ..environments.releases import OLDEST_PYTHON
from ..plan.request import Request
from ..protocol import files
from ..protocol.errors import CollectError, KprofError
from ..protocol.host import HostState
from ..protocol.spec import Diagnosis, EnvironmentFacts
from ..results import disturbances
from ..runs.location import TRACES_VARIABLE
from . import host, preparing
from .listener import Listener
from .preparing import Site

OK, WARN, FAIL = "ok", "warn", "fail"
ROOM_WANTED_BYTES = 1_000_000_000
ROOM_NEEDED_BYTES = 100_000_000
IMPORT_TIMEOUT_S = 60.0
# The driver lets none but root read counters where this is 1; the other value is for all users.
ADMIN_ONLY = "RmProfilingAdminOnly: 1"
ANOTHER = "name another interpreter with --python"
ALLOW_ALL = "options nvidia NVreg_RestrictProfilingToAdminUsers=0"


@dataclass(frozen=True)
class Check:
    """One finding: what was looked at, ``ok``, ``warn`` or ``fail``, what was found, and what to do."""

    name: str
    status: str
    found: str
    remedy: str | None = None


def examine(python: str | None, traces: Path, listener: Listener, root: Path = Path("/")) -> Iterator[Check]:
    """Yield the findings as they are made.

    Args:
        python: the interpreter that would be measured; None for this one.
        traces: the folder that would hold runs.
        listener: is told what takes seconds.
        root: where ``proc`` and ``sys`` lie.
    """
    state = host.describe(root)  # before the checks themselves are a load
    threads = yield from _interpreter(python, listener, root)
    yield from _viewers(listener)
    yield from _machine(state, threads)
    yield from _storage(traces)


def _interpreter(
    python: str | None, listener: Listener, root: Path
) -> Generator[Check, None, Mapping[str, int | None]]:
    """Have the worker try the measured interpreter; return the framework's threads as far as known."""
    with tempfile.TemporaryDirectory(prefix="kprof-") as temporary:
        try:
            site = preparing.site(Request(workloads=("tiny",), python=python), Path(temporary))
        except KprofError as error:
            yield _failed("interpreter", error)
            return {}
        try:
            answer = preparing.ask(site, listener, diagnose=True)
        except CollectError as error:
            yield from _unmeasured(site, error)
            return {}
        if answer.environment is None or answer.diagnosis is None:
            yield Check("interpreter", FAIL, f"said nothing of itself: {site.python}", ANOTHER)
            return {}
        yield from _measured(answer.environment, answer.diagnosis, site, root)
        return answer.environment.threads


def _failed(name: str, error: KprofError) -> Check:
    return Check(
        name, FAIL, f"{error.where}: {error.what}" if error.where else error.what, error.to_do or ANOTHER
    )


def _measured(found: EnvironmentFacts, tried: Diagnosis, site: Site, root: Path) -> Iterator[Check]:
    """Yield what the worker found in the measured interpreter."""
    yield Check("interpreter", OK, f"Python {found.python}, NumPy {found.numpy}: {site.python}")
    yield cprofile(found.python, bool(found.cprofile_lost_frames), site)
    yield Check("TensorFlow", OK, found.framework_version)
    yield Check("Keras", OK, f"{found.keras or 'version unknown'} ({found.backend} backend)")
    for name, facts in found.workloads.items():
        if facts.error:
            yield Check(name, FAIL, f"cannot be built or called: {facts.error}", ANOTHER)
    yield _profiler(tried)
    yield _device(found, tried)
    yield counters(root) if found.device == "GPU" else Check("GPU counters", OK, "no GPU: not needed")


def _unmeasured(site: Site, problem: CollectError) -> Iterator[Check]:
    """Yield how far an interpreter got that the worker could not use."""
    started = interpreters.probe(site.python)
    if started is None:
        yield _failed("interpreter", problem)
        return
    what = f"Python {started.version}: {site.python}"
    if Version(started.version) < OLDEST_PYTHON:
        yield Check("interpreter", FAIL, what, f"kprof measures Python {OLDEST_PYTHON} and later; {ANOTHER}")
        return
    yield Check("interpreter", OK, what)
    yield cprofile(started.version, not sound_cprofile.is_sound(site.python, site.archive), site)
    yield _failed("TensorFlow", problem)


def cprofile(version: str, loses_frames: bool, site: Site) -> Check:
    """Return whether an interpreter's cProfile keeps its frames, and which one's does where it does not."""
    if not loses_frames:
        return Check("cProfile", OK, "keeps its frames")
    sound = preparing.remedy(site) or "Python 3.11 or 3.10"
    remedy = f"shares come from the TensorFlow profiler; for both, measure with {sound}"
    return Check("cProfile", WARN, f"loses frames on Python {version}", remedy)


def _profiler(tried: Diagnosis) -> Check:
    if tried.error:
        return Check("TensorFlow profiler", FAIL, tried.error, "measure with --instrument wall,cprofile")
    if not tried.python_events:
        remedy = "shares come from cProfile alone"
        return Check("TensorFlow profiler", WARN, "records no Python calls in this release", remedy)
    return Check("TensorFlow profiler", OK, "records Python calls")


def _device(found: EnvironmentFacts, tried: Diagnosis) -> Check:
    names = ", ".join(tried.devices or ()) or found.device
    what = f"{names}, jit_compile {found.jit_compile}"
    if found.jit_compile is True:
        remedy = "Keras turned XLA on by itself: compiled and uncompiled both run it"
        return Check("device", WARN, what, remedy)
    return Check("device", OK, what)


def counters(root: Path) -> Check:
    """Return whether this user may read a GPU's counters, by the NVIDIA driver's own parameters.

    Args:
        root: where ``proc`` lies.
    """
    try:
        text = (root / "proc/driver/nvidia/params").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return Check("GPU counters", WARN, "the driver does not say who may read them", "try a run")
    if ADMIN_ONLY in text and os.geteuid() != 0:
        remedy = f"put '{ALLOW_ALL}' into /etc/modprobe.d/ and load the driver again"
        return Check("GPU counters", WARN, "for root alone (CUPTI)", remedy)
    return Check("GPU counters", OK, "may be read (CUPTI)")


def _viewers(listener: Listener) -> Iterator[Check]:
    for name, package in (("snakeviz", "snakeviz"), ("TensorBoard", "tensorboard")):
        yield _package(name, package)
    plugin = _package("profiler plugin", "tensorboard-plugin-profile")
    yield plugin
    if plugin.status == OK:
        listener.note("starting TensorBoard")
        yield starts("import tensorboard.main, xprof.profile_plugin")


def _package(name: str, package: str) -> Check:
    try:
        version = importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        remedy = f"{sys.executable} -m pip install {package}"
        return Check(name, WARN, "not installed beside kprof: its view is missing", remedy)
    return Check(name, OK, version)


def starts(statement: str) -> Check:
    """Return whether the viewer of traces can be imported; an old one cannot with a new setuptools.

    Args:
        statement: the imports to try in a fresh interpreter.
    """
    name = "profiler plugin starts"
    command = [sys.executable, "-W", "ignore", "-c", statement]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=IMPORT_TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired:
        return Check(name, WARN, f"not within {IMPORT_TIMEOUT_S:.0f} s", "see what else runs here")
    if done.returncode == 0:
        return Check(name, OK, "yes")
    last = (done.stderr.strip().splitlines() or ["it printed nothing"])[-1]
    fits = "pkg_resources" in done.stderr
    package = "'setuptools<81'" if fits else "--upgrade tensorboard tensorboard-plugin-profile"
    return Check(name, WARN, last, f"{sys.executable} -m pip install {package}")


def _machine(state: HostState, threads: Mapping[str, int | None]) -> Iterator[Check]:
    """Yield what could disturb a measurement now, as a run records it."""
    usable = len(state.affinity) if state.affinity else state.cores
    quota = state.quota_cores
    cores = f"{usable} of {state.cores} usable" + (f", {quota:g} by quota" if quota else "")
    load = "unknown" if state.load_1m is None else f"{state.load_1m:.2f} over a minute"
    governors = ", ".join(state.governors or ()) or "unknown"
    yield _judged("cores", cores, dataclasses.replace(state, load_1m=None, governors=None), threads)
    yield _judged("load", load, dataclasses.replace(state, governors=None), {})
    yield _judged("frequency governor", governors, dataclasses.replace(state, load_1m=None), {})


def _judged(name: str, found: str, state: HostState, threads: Mapping[str, int | None]) -> Check:
    """Return a check that warns of what would disturb a run now."""
    for one in disturbances.of_machine(state, state, threads):
        return Check(name, WARN, one.what, one.to_do)
    return Check(name, OK, found)


def _storage(traces: Path) -> Iterator[Check]:
    existing = next(folder for folder in (traces.absolute(), *traces.absolute().parents) if folder.exists())
    if not _can_be_written(existing):
        remedy = f"choose another with --out or ${TRACES_VARIABLE}"
        yield Check("traces folder", FAIL, f"{traces.absolute()} cannot be written", remedy)
        return
    yield Check("traces folder", OK, str(traces.absolute()))
    yield room(shutil.disk_usage(existing).free, existing)
    halves = sorted(traces.glob(f"*/{files.PARTIAL_PREFIX}*"))
    if halves:
        remedy = f"once no run is going on: kprof remove {halves[0]}"
        yield Check("interrupted captures", WARN, f"{len(halves)} left", remedy)


def _can_be_written(folder: Path) -> bool:
    """Return whether a file can be made in a folder; its permissions do not tell, as on a read-only disk."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def room(free_bytes: int, folder: Path) -> Check:
    """Return whether the free bytes of a disk suffice; a default run takes some tens of megabytes."""
    found = f"{free_bytes / 1e9:.1f} GB free at {folder}"
    if free_bytes >= ROOM_WANTED_BYTES:
        return Check("disk", OK, found)
    status = WARN if free_bytes >= ROOM_NEEDED_BYTES else FAIL
    return Check("disk", status, found, "remove old runs: kprof list, kprof remove")
