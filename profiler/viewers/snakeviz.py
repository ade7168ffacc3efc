"""Shows a variant's profile in snakeviz, in a file that is written from our own tables."""

from __future__ import annotations

import importlib.util
import sys
import tempfile
import urllib.parse
from collections.abc import Callable
from pathlib import Path

from ..attribution import caller_profile, validated
from ..attribution.profile import sound_profile
from ..export import pstats as writer
from ..protocol.errors import CollectError
from ..readers.pstats import Profile
from ..runs import record, selection
from ..runs.record import Capture, RunRecord
from . import serve

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
    if importlib.util.find_spec("snakeviz") is None:
        raise CollectError("has no snakeviz", sys.executable, "pip install snakeviz")
    on = serve.choose_port(port)
    with serve.stoppable() as stop, tempfile.TemporaryDirectory(prefix="kprof-view-") as temporary:
        chosen = choose(record.read(path), variant)
        capture = chosen.capture
        folder = Path(temporary).resolve()
        file = folder / f"{capture.variant.id.replace('/', '-')}.prof"
        writer.write(chosen.found, file)
        command = (sys.executable, "-m", "snakeviz", "-s", "-H", serve.HOST, "-p", str(on), str(file))
        page = f"/snakeviz/{urllib.parse.quote(str(file), safe='')}"
        say(f"{capture.variant.id} on {capture.environment}, under {capture.instrument}")
        if chosen.skipped:
            say(chosen.skipped)
        if capture.instrument == TFPROFILER:
            say("made from the exact tree of the TensorFlow profiler's trace, in place of cProfile's profile")
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
