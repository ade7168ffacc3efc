"""Shows a variant's profile in snakeviz, in a file that is written from our own tables."""

from __future__ import annotations

import importlib.util
import sys
import tempfile
import urllib.parse
from collections.abc import Callable
from pathlib import Path

from ..attribution import caller_profile, validated
from ..attribution.foreign import trace_stacks
from ..attribution.profile import sound_profile
from ..catalogue import catalogue
from ..export import pstats as writer
from ..protocol.errors import CollectError
from ..readers.pstats import Profile
from ..runs import record, selection
from ..runs.foreign import Foreign
from ..runs.record import Capture, RunRecord
from . import serve

OF_TRACE = "made from the exact tree of the TensorFlow profiler's trace"
CPROFILE, TFPROFILER = "cprofile", validated.INSTRUMENT


def view(
    path: Path, variant: str | None, port: int | None, browser: bool, say: Callable[[str], None]
) -> None:
    """Serve a variant's profile until an interrupt.

    Where cProfile gave no sound capture, the profile is made from the TensorFlow profiler's trace, and the
    user is told.

    Args:
        path: the run directory; it is not changed.
        variant: ``ID`` or ``ENV:ID``; None for the compiled predict of the tiny model.
        port: a port of 127.0.0.1; None for a free one.
        browser: whether to open a browser.
        say: gets each line for the user.

    Raises:
        UsageError: an unknown or ambiguous variant, a port in use.
        RunError: no sound capture.
    """
    on = _ready(port)
    chosen = choose(record.read(path), variant)
    capture = chosen.capture
    lines = [f"{capture.variant.id} on {capture.environment}, under {capture.instrument}"]
    if chosen.skipped:
        lines.append(chosen.skipped)
    if capture.instrument == TFPROFILER:
        lines.append(f"{OF_TRACE}, in place of cProfile's profile")
    _serve(chosen.found, capture.variant.id, lines, on, browser, say)


def view_foreign(foreign: Foreign, port: int | None, browser: bool, say: Callable[[str], None]) -> None:
    """Serve someone else's profile, or the one made from the exact tree of a trace, until an interrupt.

    Raises:
        UsageError: a port in use, or a trace of the runtime alone.
        Unusable: an empty trace.
    """
    on = _ready(port)
    lines = [str(foreign.path), *map(str, foreign.findings)]
    if foreign.holds_callers:
        found = foreign.profile()
    else:
        stacks = trace_stacks.load(foreign.trace(), catalogue.load(), foreign.path.name)
        found = caller_profile.make(stacks.stacks, stacks.places)
        lines.append(OF_TRACE)
    _serve(found, foreign.path.stem, lines, on, browser, say)


def _ready(port: int | None) -> int:
    """Return the port to serve on, once snakeviz is known to be there."""
    if importlib.util.find_spec("snakeviz") is None:
        raise CollectError("has no snakeviz", sys.executable, "pip install snakeviz")
    return serve.choose_port(port)


def _serve(
    profile: Profile, name: str, lines: list[str], on: int, browser: bool, say: Callable[[str], None]
) -> None:
    """Serve a profile, written to a file of its own."""
    with serve.stoppable() as stop, tempfile.TemporaryDirectory(prefix="kprof-view-") as temporary:
        folder = Path(temporary).resolve()
        file = folder / f"{name.replace('/', '-')}.prof"
        writer.write(profile, file)
        command = (sys.executable, "-m", "snakeviz", "-s", "-H", serve.HOST, "-p", str(on), str(file))
        page = f"/snakeviz/{urllib.parse.quote(str(file), safe='')}"
        for line in lines:
            say(line)
        serve.serve(serve.Server("snakeviz", command, folder, on, page), stop, browser, say)


def choose(run: RunRecord, name: str | None) -> selection.Chosen[Profile]:
    """Return the capture to show and its profile: a variant's own trace before another variant's profile.

    Raises:
        UsageError: ``name`` is unknown or means several.
        RunError: there is no sound capture to show.
    """
    return selection.first(run, name, {CPROFILE: _profile, TFPROFILER: _profile_of_trace})


def _profile_of_trace(capture: Capture) -> Profile:
    found = validated.of_capture(capture)
    return caller_profile.make(found.stacks, found.places)


def _profile(capture: Capture) -> Profile:
    return sound_profile.load(capture).profile
