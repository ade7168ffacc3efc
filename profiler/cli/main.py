"""The command ``kprof``, and the one place where an error becomes a line and an exit code."""

from __future__ import annotations

import datetime
import gc
import importlib
import os
import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import click

from ..protocol.errors import EXIT_DONE, EXIT_INTERNAL, EXIT_INTERRUPTED, EXIT_USAGE, KprofError, UsageError
from ..protocol.vocabulary import require_known
from ..version import VERSION

OBJECTS_A_COLLECTION = 50_000
"""A process of our own makes so many objects between two searches for circles of garbage. Python's 700 cost a
fifth of a report's CPU: modules and tables are many objects, and hardly any is garbage."""
EPILOG = """\b
Examples:
  kprof run                     measure the built-in models, print the report
  kprof report latest           print the newest run's report again
  kprof view latest snakeviz    open its flame graph in a browser

A RUN is a path, a run's name, 'latest', or a file of another profiler. Runs are kept in ./traces or
$KPROF_TRACES.
"""


class Subcommand(NamedTuple):
    """A subcommand: the module that defines it under the module's own name, and its one-line help."""

    module: str
    help: str


# A module is imported when its command is called or its own help is asked for.
COMMANDS: Mapping[str, Subcommand] = {
    "advise": Subcommand("advise", "Say what to call instead of predict, as a diff of your line."),
    "compare": Subcommand("compare", "Say what changed from the first RUN to the second."),
    "doctor": Subcommand("doctor", "Check that this machine can measure."),
    "environments": Subcommand(
        "environments", "List or remove the environments made for TensorFlow releases."
    ),
    "export": Subcommand("export", "Write a variant's exact call tree for other tools."),
    "layers": Subcommand("layers", "Show the time of each layer of the model."),
    "list": Subcommand("list_runs", "List the runs that are kept, oldest first."),
    "matrix": Subcommand("matrix", "Measure predict on several TensorFlow releases, side by side."),
    "remove": Subcommand("remove", "Remove runs, with all their captures."),
    "report": Subcommand("report", "Print a run's speed and each internal's share."),
    "reproduce": Subcommand("reproduce", "Check the published study's claims on this machine."),
    "run": Subcommand("run", "Measure WORKLOADs and print the report."),
    "sweep": Subcommand("sweep", "Find the sizes from which on another call is faster."),
    "tree": Subcommand("tree", "Show one variant's calls as a tree, down to the kernels."),
    "validate": Subcommand("validate", "Prove that the instruments' shares are right."),
    "view": Subcommand("view", "Open a run in a browser."),
}


class _Commands(click.Group):
    """The subcommands of `COMMANDS`; an unknown one is answered with the nearest."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        name = COMMANDS[cmd_name].module
        command: click.Command = getattr(importlib.import_module(f".{name}", __package__), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from the table alone, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, one.help) for name, one in COMMANDS.items()])

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
        what = "is not supported"
        raise UsageError(what, "Windows", "run kprof in WSL, the Windows Subsystem for Linux")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``kprof`` with ``arguments`` (default: the process's own) and return its exit code."""
    if arguments is None:
        gc.set_threshold(OBJECTS_A_COLLECTION)
    _open_what_is_closed()
    for stream in (sys.stdout, sys.stderr):
        # a name from a profile may hold characters that the terminal's encoding lacks
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = kprof.main(arguments, prog_name="kprof", standalone_mode=False)
    except KprofError as error:
        return _fail(_line(error), error.exit_code)
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


def _open_what_is_closed() -> None:
    """Give a command that was started with a closed stream (``>&-``) one that takes everything."""
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: PTH123, SIM115


def _line(error: KprofError) -> str:
    from .flags import line

    return line(error)


def _fail(text: str, code: int) -> int:
    from ..report.numbers import plain

    click.echo(f"kprof: {plain(' '.join(text.split()))}", err=True)
    return code


def _logged() -> str:
    """Write the current traceback to a log file and say where that is."""
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
