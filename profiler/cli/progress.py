"""Shows a run's progress: a bar where standard error is a terminal, plain lines where it is not."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator
from types import TracebackType
from typing import TYPE_CHECKING

import click

from .signals import as_interrupts

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class Lines:
    """Prints a line when a process starts and another when it exits."""

    def __init__(self) -> None:
        self._place = ""

    def __enter__(self) -> Lines:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Do nothing: there is nothing to clean up."""

    def plan(self, text: str) -> None:
        """Print the plan."""
        click.echo(text, err=True)

    def started(self, label: str, index: int, total: int, estimate_s: float) -> None:
        """Print that a process starts."""
        self._place = f"[{index + 1}/{total}]"
        click.echo(f"{self._place} {label}: about {estimate_s:.0f} s", err=True)

    def finished(self, label: str, status: str, seconds: float) -> None:
        """Print how a process exited."""
        click.echo(f"{self._place} {label}: {status} after {seconds:.1f} s", err=True)

    def note(self, text: str) -> None:
        """Print a line."""
        click.echo(text, err=True)


class Bar:
    """Shows a bar with the time that has passed and the time that is left."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, ProgressColumn, Task, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as RichProgress
        from rich.table import Column
        from rich.text import Text

        class Left(ProgressColumn):
            """Counts down the time that is left while a process runs."""

            def render(column, task: Task) -> Text:  # noqa: N805
                return Text(self.left())

        self._console = Console(stderr=True, highlight=False, markup=False, emoji=False)
        self._progress: Progress = RichProgress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=None),
            TimeElapsedColumn(table_column=Column(no_wrap=True)),
            Left(table_column=Column(no_wrap=True)),
            console=self._console,
            transient=True,
        )
        self._task: TaskID = self._progress.add_task("preparing", total=None)
        self._remaining = Remaining()
        self._started_s: float | None = None

    def __enter__(self) -> Bar:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove the bar from the screen."""
        self._progress.stop()

    @property
    def running(self) -> bool:
        """Whether the bar is on the screen."""
        return self._progress.live.is_started

    def plan(self, text: str) -> None:
        """Print the plan above the bar."""
        self._progress.print(text)

    def started(self, label: str, index: int, total: int, estimate_s: float) -> None:
        """Show in the bar what is running and how long the rest may take."""
        self._remaining.at_start(index, total, estimate_s)
        self._started_s = time.monotonic()
        text = f"{index + 1}/{total} {label}"
        room = max(LEAST_LABEL, self._console.width - BESIDE_LABEL)
        if len(text) > room:
            text = f"{text[: room - 1]}…"
        self._progress.update(self._task, description=text, total=total, completed=index, refresh=True)

    def left(self) -> str:
        """Return the time that is left now, in words; nothing before the first process."""
        if self._started_s is None:
            return ""
        return self._remaining.left(time.monotonic() - self._started_s)

    def finished(self, label: str, status: str, seconds: float) -> None:
        """Advance the bar; a process that did not end well leaves a line on the screen."""
        self._remaining.spent(seconds)
        self._progress.advance(self._task)
        if status != "ok":
            self._progress.print(f"{label}: {status} after {seconds:.1f} s")

    def note(self, text: str) -> None:
        """Print a line above the bar."""
        self._progress.print(text)


# The columns that the shortest bar, both times and the gaps between them take.
BESIDE_LABEL = len("-----0:00:00about 10 min 00 s left") + 4
LEAST_LABEL = 12


class Remaining:
    """Estimates the time left from the estimates so far and the times that processes really took."""

    def __init__(self) -> None:
        self._estimated_s = 0.0
        self._taken_s = 0.0
        self._current_s = 0.0
        self._later_s = 0.0
        self._pace = 1.0
        self._count = 0

    def at_start(self, index: int, total: int, estimate_s: float) -> None:
        """Record that a process starts."""
        self._current_s = estimate_s
        known = self._estimated_s + estimate_s
        self._pace = self._taken_s / self._estimated_s if self._estimated_s else 1.0
        self._later_s = known / (self._count + 1) * (total - index - 1)

    def left(self, elapsed_s: float) -> str:
        """Return the time left, as people say it, at this many seconds after the start of a process."""
        from ..report.numbers import seconds

        current_s = max(0.0, self._pace * self._current_s - elapsed_s)
        left_s = current_s + self._pace * self._later_s
        return f"about {seconds(left_s)} left" if left_s else "longer than expected"

    def spent(self, seconds_taken: float) -> None:
        """Record how long a process really took."""
        self._estimated_s += self._current_s
        self._taken_s += seconds_taken
        self._count += 1


@contextlib.contextmanager
def make() -> Iterator[Lines | Bar]:
    """Make the listener that suits standard error; meanwhile SIGTERM and SIGHUP act like Ctrl-C."""
    with as_interrupts(), Bar() if sys.stderr.isatty() else Lines() as listener:
        yield listener
