"""``kprof report``: a run's report, derived again from the run alone."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from ..protocol.errors import UsageError
from ..protocol.words import require_known

FORMATS = ("terminal", "json")

EPILOG = """\b
Examples:
  kprof report latest
  kprof report latest --format json --output report.json
  kprof report latest | less -S
"""


@click.command(epilog=EPILOG)
@click.argument("run_name", metavar="RUN")
@click.option(
    "--format", "format_name", default="terminal", show_default=True, metavar="F", help=", ".join(FORMATS)
)
@click.option("--output", metavar="FILE", help="Write there instead of to standard output.")
def report(run_name: str, format_name: str, output: str | None) -> int:
    """Print a run's speed and each internal's share.

    RUN is a path, a run's name, or 'latest'. The report is derived from the run's files alone, without
    TensorFlow, and the run is not changed.
    """
    require_known("format", format_name, FORMATS)
    from ..readers import run_directory
    from ..report import build, terminal
    from . import screen

    found = build.build(run_directory.find(run_name))
    if format_name == "json":
        text = json.dumps(found.to_json(), indent=1, allow_nan=False) + "\n"
    elif output is None:
        text = screen.render(found)
    else:
        text = terminal.render(found, width=None, color=False)
    if output is None:
        click.echo(text, nl=False)
    else:
        _write(Path(output), text)
    return 0


def _write(path: Path, text: str) -> None:
    temporary = path.with_name(f"{path.name}.tmp-{os.getpid()}")
    try:
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise UsageError(f"{path}: cannot be written: {error.strerror or error}") from error
