"""Listeners, which are told how a run is going."""

from __future__ import annotations

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
