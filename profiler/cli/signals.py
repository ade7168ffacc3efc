"""Handles SIGTERM and SIGHUP like Ctrl-C."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGHUP)


@contextlib.contextmanager
def as_interrupts() -> Iterator[None]:
    """Turn SIGTERM and SIGHUP into `KeyboardInterrupt`, so that a command cleans up before it exits.

    A signal that is ignored stays ignored (``nohup``). Outside the main thread nothing is changed.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(number: int, frame: FrameType | None) -> None:
        # a second signal must not cut the cleaning up short
        for one in caught:
            signal.signal(one, signal.SIG_IGN)
        raise KeyboardInterrupt

    caught = {one: signal.getsignal(one) for one in SIGNALS if signal.getsignal(one) != signal.SIG_IGN}
    try:
        for one in caught:
            signal.signal(one, interrupt)
        yield
    finally:
        for one, before in caught.items():
            signal.signal(one, before)
