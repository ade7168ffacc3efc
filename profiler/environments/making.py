"""Makes the environment of a TensorFlow release, or finds the one that was made before."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import canonicalize_name

from . import indexes, interpreters, releases, store, uv_tool, variables
from .errors import DoesNotFitError, DoesNotResolveError, EnvironmentUnavailableError, NoSuchReleaseError
from .indexes import Indexes
from .interpreters import Interpreter
from .releases import Wanted
from .store import Environment
from .uv_tool import Progress

# The first import of TensorFlow writes byte code; on a busy machine it takes minutes.
IMPORT_TIMEOUT_S = 600.0
# Nothing of these is ever compiled here: a release without a wheel does not fit.
WHEELS_ONLY = ("tensorflow", "tensorflow-cpu", "numpy", "h5py", "grpcio", "scipy")

_IMPORTS = "import numpy, tensorflow; print(tensorflow.__version__)"


@dataclass(frozen=True)
class Recipe:
    """One way to make an environment: a Python version, what is installed, and notes for the user."""

    python_minor: str
    requirements: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def distribution(self) -> str:
        """The release that is installed, like ``tensorflow-cpu==2.15.1``."""
        return self.requirements[0]

    @property
    def fingerprint(self) -> str:
        """Twelve hexadecimal digits that change with the Python version and the requirements."""
        text = json.dumps([store.SCHEMA, self.python_minor, *self.requirements])
        return hashlib.sha256(text.encode()).hexdigest()[:12]


@dataclass(frozen=True)
class _Tools:
    """What every step needs: the uv executable, where it looks for packages, and who hears of progress."""

    uv: str
    places: tuple[Indexes, ...]
    progress: Progress


def recipes(wanted: Wanted, python_minor: str | None = None) -> tuple[Recipe, ...]:
    """Return the ways to make a release's environment, best first, for one Python version or all that fit.

    A release that the table lacks is tried with the pins of each nearest row, then with none.
    """
    sources = [(row, row.pins, f"the pins of {row.version}") for row in wanted.rows]
    if not wanted.listed:
        sources += [(row, (), "packages of the installer's choice") for row in wanted.rows]
    found: dict[Recipe, None] = {}
    for row, pins, chosen in sources:
        note = f"TensorFlow {wanted.version} is not in kprof's table: made with {chosen}"
        for package in row.packages:
            for minor in row.python if python_minor is None else (python_minor,):
                distribution = f"{package}=={wanted.version}"
                found[Recipe(minor, (distribution, *pins), () if wanted.listed else (note,))] = None
    return tuple(found)


def make(release: str, progress: Progress, python_minor: str | None = None) -> Environment:
    """Return the environment of a TensorFlow release; it is made where the cache has no complete one.

    Args:
        release: a version; one that kprof's table lacks gets the nearest rows' pins, and a note.
        progress: gets one line for each step; none when the environment is there.
        python_minor: a Python version such as ``3.10``, when not the table's choice.

    Raises:
        UsageError: no such version number.
        EnvironmentUnavailableError: one line: no such release, no wheel for this machine, no Python that
            fits, no network, a full disk, or a TensorFlow that does not import.
    """
    wanted = releases.look_up(release)
    ways = recipes(wanted, python_minor)
    found = _made_already(wanted, ways)
    if found is not None:
        return found
    uv = uv_tool.find_uv()
    available = interpreters.find_interpreters()
    usable = [
        (way, interpreter)
        for way in ways
        if (interpreter := interpreters.choose(available, way.python_minor)) is not None
    ]
    if not usable:
        raise _no_python(wanted, ways, uv)
    return _first_that_works(wanted, usable, _Tools(uv, indexes.attempts(), progress))


def made(release: str) -> Environment | None:
    """Return the environment of a release where there is a complete one; nothing is made or fetched.

    Raises:
        UsageError: no such version number.
    """
    wanted = releases.look_up(release)
    return _made_already(wanted, recipes(wanted))


@contextlib.contextmanager
def in_use(release: str, progress: Progress) -> Iterator[Environment]:
    """Hold the environment of a release, made as `make` does: nobody removes or remakes it meanwhile.

    Raises:
        UsageError: no such version number.
        EnvironmentUnavailableError: as `make`.
    """
    while True:
        environment = make(release, progress)
        with store.locked(environment.slug, shared=True):
            # between the two another process may have removed it, or be making it again
            if store.inspect(environment.slug)[0] == environment:
                yield environment
                return


def _first_that_works(wanted: Wanted, usable: list[tuple[Recipe, Interpreter]], tools: _Tools) -> Environment:
    reasons: list[EnvironmentUnavailableError] = []
    unknown: set[str] = set()
    misfits: set[tuple[str, str]] = set()
    for way, interpreter in usable:
        if way.distribution in unknown or (way.distribution, way.python_minor) in misfits:
            continue
        try:
            return _make_locked(wanted, way, interpreter, tools)
        except NoSuchReleaseError as error:
            unknown.add(way.distribution)
            reasons.append(error)
        except DoesNotFitError as error:
            misfits.add((way.distribution, way.python_minor))
            reasons.append(error)
        except DoesNotResolveError as error:
            reasons.append(error)
    raise _summary(wanted, [way for way, _ in usable], reasons)


def _made_already(wanted: Wanted, ways: tuple[Recipe, ...]) -> Environment | None:
    for slug, fingerprints in _by_slug(wanted, ways):
        environment, problem = store.inspect(slug)
        if environment is not None and problem is None and environment.fingerprint in fingerprints:
            return environment
    return None


def _by_slug(wanted: Wanted, ways: tuple[Recipe, ...]) -> Iterator[tuple[str, set[str]]]:
    for minor in dict.fromkeys(way.python_minor for way in ways):
        yield (
            store.slug_of(wanted.version, minor),
            {way.fingerprint for way in ways if way.python_minor == minor},
        )


def _make_locked(wanted: Wanted, way: Recipe, interpreter: Interpreter, tools: _Tools) -> Environment:
    slug = store.slug_of(wanted.version, way.python_minor)
    with store.locked(slug, wait=False) as held:
        if held:
            return _make_unless_made(wanted, way, interpreter, tools)
    tools.progress(f"waiting: another process makes or runs {slug}")
    with store.locked(slug):
        return _make_unless_made(wanted, way, interpreter, tools)


def _make_unless_made(wanted: Wanted, way: Recipe, interpreter: Interpreter, tools: _Tools) -> Environment:
    slug = store.slug_of(wanted.version, way.python_minor)
    environment, problem = store.inspect(slug)
    if environment is not None and problem is None:
        if environment.fingerprint == way.fingerprint:
            return environment
        problem = "made of other packages"
    if problem != "not there":
        tools.progress(f"{slug} is made again: {problem}")
    begin = time.monotonic()
    for note in way.notes:
        tools.progress(note)
    tools.progress(f"making {slug} with Python {interpreter.version} ({interpreter.path})")
    with store.replacing(slug):
        made = _build(wanted, way, interpreter, tools)
        store.write_marker(made)
    tools.progress(f"{slug} is ready after {time.monotonic() - begin:.0f} s")
    return made


def _build(wanted: Wanted, way: Recipe, interpreter: Interpreter, tools: _Tools) -> Environment:
    slug = store.slug_of(wanted.version, way.python_minor)
    folder = store.folder_of(slug)
    root = folder.parent
    command = ["venv", "--no-project", "--python", interpreter.path, str(folder)]
    uv_tool.run(tools.uv, command, root, tools.progress)
    python = str(folder / "bin" / "python")
    _install(tools, python, way, root)
    command = ["pip", "list", "--python", python, "--format", "json"]
    listing = uv_tool.run(tools.uv, command, root, tools.progress)
    packages = {canonicalize_name(row["name"]): row["version"] for row in json.loads(listing)}
    tools.progress(f"importing TensorFlow {wanted.version} once")
    _verify(python, wanted, root)
    return Environment(
        slug=slug,
        folder=str(folder),
        release=wanted.version,
        python_version=interpreter.version,
        base_python=interpreter.path,
        requirements=way.requirements,
        fingerprint=way.fingerprint,
        packages=dict(sorted(packages.items())),
        listed=wanted.listed,
        notes=way.notes,
    )


def _install(tools: _Tools, python: str, way: Recipe, root: Path) -> None:
    wheels = [option for name in WHEELS_ONLY for option in ("--only-binary", name)]
    for number, places in enumerate(tools.places):
        last = number + 1 == len(tools.places)
        arguments = ["pip", "install", "--python", python, *wheels, *places.options, *way.requirements]
        try:
            uv_tool.run(tools.uv, arguments, root, tools.progress, places.variables)
            return
        except NoSuchReleaseError as error:
            if last:
                raise _of_distribution(error, way) from error
        except EnvironmentUnavailableError:
            if last:
                raise


def _of_distribution(error: NoSuchReleaseError, way: Recipe) -> EnvironmentUnavailableError:
    """Distinguish a missing TensorFlow release from a missing pin."""
    name = way.distribution.partition("==")[0]
    lacking = f"{name}==" in str(error) or str(error).startswith(f"Because {name} was")
    return error if lacking else DoesNotResolveError(str(error))


def _verify(python: str, wanted: Wanted, root: Path) -> None:
    command = [python, "-s", "-c", _IMPORTS]
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=IMPORT_TIMEOUT_S,
            env={**variables.of_worker(keep_pythonpath=False), "TF_CPP_MIN_LOG_LEVEL": "2"},
            cwd=root,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise EnvironmentUnavailableError(
            f"its import did not end within {IMPORT_TIMEOUT_S:.0f} s", f"TensorFlow {wanted.version}"
        ) from error
    if done.returncode != 0:
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        last = lines[-1][:300] if lines else f"exit code {done.returncode}"
        if done.returncode < 0:
            last = f"killed by {signal.Signals(-done.returncode).name} (instructions that this CPU lacks?)"
        raise EnvironmentUnavailableError(
            f"TensorFlow {wanted.version} was installed, but does not import: {last}"
        )


def _no_python(wanted: Wanted, ways: tuple[Recipe, ...], uv: str) -> EnvironmentUnavailableError:
    minors = list(dict.fromkeys(way.python_minor for way in ways))
    command = f"uv python install {minors[0]}" if _uv_offers(uv, minors[0]) else f"pyenv install {minors[0]}"
    names = " or ".join(minors)
    return EnvironmentUnavailableError(
        f"TensorFlow {wanted.version} needs Python {names}, and none of them starts here",
        to_do=f"run `{command}`",
    )


def _uv_offers(uv: str, minor: str) -> bool:
    arguments = ["--no-config", "python", "list", minor, "--only-downloads", "--output-format", "json"]
    try:
        listing = uv_tool.run(uv, arguments, Path(tempfile.gettempdir()), lambda _line: None)
        return any(row.get("implementation") == "cpython" for row in json.loads(listing))
    except (EnvironmentUnavailableError, ValueError):
        return False


def _summary(
    wanted: Wanted, ways: list[Recipe], reasons: list[EnvironmentUnavailableError]
) -> EnvironmentUnavailableError:
    if all(isinstance(reason, NoSuchReleaseError) for reason in reasons):
        return NoSuchReleaseError(
            "the package index has no such release", f"TensorFlow {wanted.version}", "check the number"
        )
    fitting = [reason for reason in reasons if isinstance(reason, DoesNotResolveError)]
    if fitting:
        return DoesNotResolveError(
            f"TensorFlow {wanted.version} cannot be installed with its pins: {fitting[0]}"
        )
    minors = ", ".join(dict.fromkeys(way.python_minor for way in ways))
    machine = os.uname().machine
    return DoesNotFitError(
        f"TensorFlow {wanted.version} has no wheel for Python {minors} on {machine}: {reasons[0]}"
    )
