"""Shows where a variant's time goes in snakeviz, from a file rewritten from our own tables."""

from __future__ import annotations

import importlib.util
import sys
import tempfile
import urllib.parse
from collections.abc import Callable
from pathlib import Path

from ...attribution import caller_profile, sound_profile, sound_stacks
from ...export import pstats as writer
from ...protocol.errors import CollectError, KprofError, RunError
from ...readers import run_directory, selection
from ...readers.pstats import Profile
from ...readers.run_directory import Capture, Run
from . import serve

CPROFILE, TFPROFILER = "cprofile", sound_stacks.INSTRUMENT


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
        raise CollectError(f"{sys.executable}: has no snakeviz; pip install snakeviz")
    chosen = serve.choose_port(port)
    with serve.stoppable() as stop, tempfile.TemporaryDirectory(prefix="kprof-view-") as temporary:
        capture, profile, why = choose(run_directory.read(path), variant)
        folder = Path(temporary).resolve()
        file = folder / f"{capture.variant.id.replace('/', '-')}.prof"
        writer.write(profile, file)
        command = (sys.executable, "-m", "snakeviz", "-s", "-H", serve.HOST, "-p", str(chosen), str(file))
        page = f"/snakeviz/{urllib.parse.quote(str(file), safe='')}"
        say(f"{capture.variant.id} on {capture.environment}, under {capture.instrument}")
        if why:
            say(f"{why}: this is made from the exact tree of the TensorFlow profiler's trace")
        serve.serve(serve.Server("snakeviz", command, folder, chosen, page), stop, browser, say)


def choose(run: Run, name: str | None) -> tuple[Capture, Profile, str | None]:
    """Return the capture to show, its profile, and why it is not one of cProfile, or None.

    Raises:
        UsageError: ``name`` is unknown or means several.
        RunError: there is no sound capture to show.
    """
    try:
        capture, profile = selection.first(run, name, CPROFILE, _profile)
        return capture, profile, None
    except RunError as error:
        why = str(error)
    try:
        capture, found = selection.first(run, name, TFPROFILER, sound_stacks.of_capture)
    except RunError as error:
        raise RunError(f"{why}; nor a trace in its place: {error}") from error
    return capture, caller_profile.make(found.stacks, found.places), why


def _profile(capture: Capture) -> Profile | str:
    try:
        sound = sound_profile.load(capture)
    except KprofError as error:
        return str(error).replace(f"{capture.folder}/", "")
    return sound if isinstance(sound, str) else sound.profile
