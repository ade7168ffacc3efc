"""Listeners, which are told how a run is going."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class Listener(Protocol):
    """Is told how a run is going; a command shows it."""

    def plan(self, text: str) -> None:
        """The plan and its estimated time, before anything is measured."""

    def started(self, label: str, index: int, total: int, estimate_s: float) -> None:
        """A process starts: the ``index``-th (from 0) of ``total``."""

    def finished(self, label: str, status: str, seconds: float) -> None:
        """A process has ended, with the worst status of its captures."""

    def note(self, text: str) -> None:
        """Something that the user should know now."""


class Silent:
    """A listener that shows nothing."""

    def plan(self, text: str) -> None:
        """Ignore the plan."""

    def started(self, label: str, index: int, total: int, estimate_s: float) -> None:
        """Ignore a process that starts."""

    def finished(self, label: str, status: str, seconds: float) -> None:
        """Ignore a process that has ended."""

    def note(self, text: str) -> None:
        """Ignore a note."""


@dataclass(frozen=True)
class Placed:
    """Reports the processes of one environment to a listener as part of the whole run.

    ``prefix`` names the environment where there are several; ``before`` counts the processes of earlier ones.
    """

    listener: Listener
    prefix: str
    before: int
    total: int

    def plan(self, text: str) -> None:
        """Pass the plan on."""
        self.listener.plan(text)

    def started(self, label: str, index: int, total: int, estimate_s: float) -> None:
        """Pass on that a process starts, counted among all."""
        self.listener.started(f"{self.prefix}{label}", self.before + index, self.total, estimate_s)

    def finished(self, label: str, status: str, seconds: float) -> None:
        """Pass on that a process has ended."""
        self.listener.finished(f"{self.prefix}{label}", status, seconds)

    def note(self, text: str) -> None:
        """Pass a note on."""
        self.listener.note(text)
