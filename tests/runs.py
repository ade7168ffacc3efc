"""Real runs that tests read."""

from __future__ import annotations

import json
from pathlib import Path

REFERENCE = Path(__file__).resolve().parents[1] / "traces/reference"


def with_profile(variant: str) -> Path:
    """Return a reference run that holds a sound cProfile capture of a variant."""
    wanted = f"{variant.replace('/', '-')}/cprofile-"
    for path in sorted(REFERENCE.glob("*/run.json")):
        captures = json.loads(path.read_text())["captures"]
        if any(wanted in one["path"] and one["status"] == "ok" for one in captures):
            return path.parent
    raise AssertionError(f"{REFERENCE}: holds no run with a cProfile capture of {variant}")
