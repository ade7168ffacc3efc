"""Shows a cProfile capture in snakeviz, from a file rewritten from our own tables."""

from __future__ import annotations

import importlib.util
import sys
import tempfile
import urllib.parse
from collections.abc import Callable
from pathlib import Path

from ...export import pstats as writer
from ...protocol import files
from ...protocol.errors import CollectError, RunError, UsageError
from ...protocol.words import require_known
from ...readers import pstats
from .. import build
from ..document import Report, Variant
from . import serve

INSTRUMENT = "cprofile"


def view(run: Path, variant: str | None, port: int | None, browser: bool, say: Callable[[str], None]) -> None:
    """Serve a variant's profile until an interrupt.

    Args:
        run: the run directory; it is not changed.
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
        shown, capture = choose(build.build(run), variant)
        folder = Path(temporary).resolve()
        profile = folder / f"{shown.id.replace('/', '-')}.prof"
        writer.write(pstats.read(Path(files.inside(str(run), capture)) / files.PROFILE_FILE), profile)
        command = (sys.executable, "-m", "snakeviz", "-s", "-H", serve.HOST, "-p", str(chosen), str(profile))
        path = f"/snakeviz/{urllib.parse.quote(str(profile), safe='')}"
        say(f"{shown.id} on {shown.environment}, under {INSTRUMENT}")
        serve.serve(serve.Server("snakeviz", command, folder, chosen, path), stop, browser, say)


def choose(report: Report, name: str | None) -> tuple[Variant, str]:
    """Return a variant and the path, within the run, of its sound cProfile capture.

    Raises:
        UsageError: ``name`` is unknown or means several.
        RunError: there is no sound capture to show.
    """
    if name is not None:
        variant = _named(report, name)
        capture = _capture(variant)
        if capture is None:
            raise RunError(f"{report.run}: {variant.id} has no sound {INSTRUMENT} capture{_why(variant)}")
        return variant, capture
    sound = [(one, capture) for one in report.variants if (capture := _capture(one)) is not None]
    if not sound:
        why = next((found for one in report.variants if (found := _why(one))), "")
        raise RunError(f"{report.run}: no sound {INSTRUMENT} capture to show{why}")
    wanted = ("tiny", "compiled", "predict")
    return next(
        (pair for pair in sound if (pair[0].workload, pair[0].compile_state, pair[0].entry_point) == wanted),
        sound[0],
    )


def _named(report: Report, name: str) -> Variant:
    full = {f"{one.environment}:{one.id}": one for one in report.variants}
    if ":" in name:
        return full[require_known("variant", name, tuple(full))]
    require_known("variant", name, tuple(dict.fromkeys(one.id for one in report.variants)))
    matching = [key for key, one in full.items() if one.id == name]
    if len(matching) > 1:
        raise UsageError(f"--variant {name} means several: choose {' or '.join(matching)}")
    return full[matching[0]]


def _capture(variant: Variant) -> str | None:
    usable = (c.path for c in variant.captures if c.instrument == INSTRUMENT and c.status == "ok")
    return next(usable, None)


def _why(variant: Variant) -> str:
    reasons = (c.reason for c in variant.captures if c.instrument == INSTRUMENT and c.reason)
    return next((f": {reason}" for reason in reasons), f"; measure with --instrument {INSTRUMENT}")
