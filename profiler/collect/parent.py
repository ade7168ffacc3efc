"""Ends the worker when its manager dies, so that nothing goes on measuring after a kill."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from types import FrameType

# <sys/prctl.h>
PR_SET_PDEATHSIG = 1


class Parent:
    """The manager, as its worker watches it.

    On Linux the kernel signals the worker when the manager dies, which costs a measurement nothing. On other
    systems, and where an interpreter's launcher stands between the two, `check` finds out; it is called
    between blocks of calls, outside of all timed windows.

    Args:
        pid: the manager's process; None where no manager waits, and none is watched.
        output: the worker's output folder, which is removed when the manager has died.
    """

    def __init__(self, pid: int | None, output: str) -> None:
        self._pid = pid
        self._output = output
        self._own_pid = os.getpid()
        self._is_direct = pid is not None and os.getppid() == pid

    def watch(self) -> None:
        """Have this process end when the manager dies."""
        if self._pid is None:
            return
        if self._is_direct and sys.platform.startswith("linux"):
            signal.signal(signal.SIGHUP, self._on_signal)
            _signal_at_parents_death(signal.SIGHUP)
        # It may have died before it was watched.
        self.check()

    def check(self) -> None:
        """End this process if the manager has died."""
        if self._has_gone():
            self._leave()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        # It also comes when only the thread has ended that started this process.
        self.check()

    def _has_gone(self) -> bool:
        if self._pid is None or os.getpid() != self._own_pid:
            # A child of this process that took its signal handler along has nothing to end.
            return False
        if self._is_direct:
            return os.getppid() != self._pid
        try:
            os.kill(self._pid, 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            return False
        return False

    def _leave(self) -> None:
        """Remove what this process has written; end it and the processes that the model's code started."""
        shutil.rmtree(self._output, ignore_errors=True)
        if os.getpgrp() == os.getpid():
            os.killpg(0, signal.SIGKILL)
        os._exit(1)


def _signal_at_parents_death(number: int) -> None:
    try:
        import ctypes
    except ImportError:  # a Python that was built without libffi: `check` is left
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
