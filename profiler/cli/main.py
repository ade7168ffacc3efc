"""The command ``kprof``, and the one place where an error becomes a line and an exit code."""

from __future__ import annotations

import datetime
import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path

import click

from ..protocol.errors import EXIT_DONE, EXIT_INTERNAL, EXIT_INTERRUPTED, EXIT_USAGE, KprofError, UsageError
from ..protocol.vocabulary import require_known
from ..version import VERSION
from .compare import compare
from .doctor import doctor
from .environments import environments
from .export import export
from .list_runs import list_runs
from .matrix import matrix
from .remove import remove
from .report import report
from .reproduce import reproduce
from .run import run
from .tree import tree
from .view import view

EPILOG = """\b
Examples:
  kprof run                     measure the built-in models, print the report
  kprof report latest           print the newest run's report again
  kprof view latest snakeviz    open its flame graph in a browser

A RUN is a path, a run's name, or 'latest'. Runs lie in ./traces or $KPROF_TRACES.
"""


class _Commands(click.Group):
    """Subcommands; an unknown one is answered with the nearest."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if not args[0].startswith("-"):
            require_known("command", args[0], self.list_commands(ctx))
        return super().resolve_command(ctx, args)


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=EPILOG,
)
@click.version_option(VERSION, prog_name="kprof")
def kprof() -> None:
    """Say where Keras predict() spends its time, for compiled and uncompiled models."""
    if sys.platform == "win32":
        raise UsageError("Windows is not supported: run kprof in WSL, the Windows Subsystem for Linux")


for command in (run, report, tree, compare, export, view, list_runs, remove):
    kprof.add_command(command)
for command in (matrix, reproduce, environments, doctor):
    kprof.add_command(command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``kprof`` with ``arguments`` (default: the process's own) and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # a name from a profile may hold what this terminal's encoding has not
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = kprof.main(arguments, prog_name="kprof", standalone_mode=False)
    except KprofError as error:
        return _fail(str(error), error.exit_code)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return EXIT_USAGE
    except click.ClickException as error:
        return _fail(error.format_message(), EXIT_USAGE)
    except (click.Abort, KeyboardInterrupt):
        return _fail("interrupted", EXIT_INTERRUPTED)
    except Exception as error:
        return _fail(f"internal error: {type(error).__name__}: {error} ({_logged()})", EXIT_INTERNAL)
    return EXIT_DONE if code is None else int(code)


def _fail(text: str, code: int) -> int:
    from ..report.numbers import plain

    click.echo(f"kprof: {plain(' '.join(text.split()))}", err=True)
    return code


def _logged() -> str:
    """Write the current traceback into a log and say where it lies."""
    now = datetime.datetime.now().strftime("%Y%m%d-%H%M%S")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "kprof"
    for folder in (cache, Path(tempfile.gettempdir())):
        path = folder / f"error-{now}-{os.getpid()}.log"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_text(f"kprof {VERSION}, {sys.version}\n{sys.argv}\n{traceback.format_exc()}")
        except OSError:
            continue
        return f"the log is {path}"
    return "no log could be written"
