"""How many altered files a fuzzing test tries: few in CI, many where `KPROF_FUZZ` says so."""

from __future__ import annotations

import os
from typing import Any

from hypothesis import settings

FACTOR = int(os.environ.get("KPROF_FUZZ", "1"))


def examples(count: int, **more: Any) -> settings:
    """Return the settings of a test that tries so many examples, times the factor."""
    return settings(max_examples=count * FACTOR, deadline=None, **more)
