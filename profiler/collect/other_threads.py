"""Sees which functions begin on other threads than the calling one, while a call is made."""

from __future__ import annotations

import contextlib
import sys
import threading
from types import CodeType, FrameType
from typing import Any, Iterator, List, Set


class OtherThreads:
    """What other threads ran.

    Attributes:
        began: the code of every Python function that began there.
        unseen: the names of threads that ran already and that this Python cannot watch.
    """

    def __init__(self) -> None:
        self.began: Set[CodeType] = set()
        self.unseen: List[str] = []
        self._done = False

    @contextlib.contextmanager
    def watched(self) -> Iterator[None]:
        """Watch them; the caller's thread is left as it is.

        CPython watches threads that run already from 3.12 on; before it, those that start from now on.
        """
        own, before = sys.getprofile(), getattr(threading, "_profile_hook", None)
        everywhere = getattr(threading, "setprofile_all_threads", None)
        mine = threading.current_thread()
        if everywhere is None:
            self.unseen = [one.name for one in threading.enumerate() if one is not mine]
        (everywhere or threading.setprofile)(self._observe)
        sys.setprofile(own)
        try:
            yield
        finally:
            self._done = True
            (everywhere or threading.setprofile)(before)
            sys.setprofile(own)

    def _observe(self, frame: FrameType, event: str, argument: Any) -> None:
        if self._done:
            # a thread that was started meanwhile keeps its observer
            sys.setprofile(None)
        elif event == "call":
            self.began.add(frame.f_code)
