"""Ends this process where one step of a candidate takes too long, and says on the disk whose step it was."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import threading
import time
from typing import Iterator, Optional

from ...protocol import files, schemas
from ...protocol.advising import EXIT_STUCK, Doing

LOOK_S = 0.5


class Watchdog:
    """Watches the steps of candidates, from a thread that sleeps.

    A call that hangs cannot be ended from within, so the whole process ends with `EXIT_STUCK`. The file that
    names the candidate stays as well where the process is killed by something else.

    Args:
        output: the worker's output folder.
        limit_s: how long a step may take.
    """

    def __init__(self, output: str, limit_s: float) -> None:
        self._path = os.path.join(output, files.DOING_FILE)
        self._limit_s = limit_s
        self._deadline_s: Optional[float] = None
        threading.Thread(target=self._watch, daemon=True).start()

    @contextlib.contextmanager
    def watching(self, candidate: str, step: str) -> Iterator[None]:
        """Watch a step of a candidate."""
        doing = Doing(candidate, step, self._limit_s)
        # in place and not synced: it is written between blocks of calls
        with open(self._path, "w", encoding="utf-8") as file:
            json.dump({"schema": schemas.DOING, **dataclasses.asdict(doing)}, file)
        self._deadline_s = time.monotonic() + self._limit_s
        try:
            yield
        finally:
            self._deadline_s = None

    def close(self) -> None:
        """Say that nothing is being done any more."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._path)

    def _watch(self) -> None:
        while True:
            time.sleep(LOOK_S)
            deadline_s = self._deadline_s
            if deadline_s is not None and time.monotonic() > deadline_s:
                os._exit(EXIT_STUCK)
