"""Real runs that tests read."""

from __future__ import annotations

import json
from pathlib import Path

from tests import reference


def with_profile(variant: str) -> Path:
    """Return the current release's reference run, which must hold a sound cProfile capture of a variant."""
    wanted = f"{variant.replace('/', '-')}/cprofile-"
    captures = json.loads((reference.CURRENT / "run.json").read_text())["captures"]
    assert any(wanted in one["path"] and one["status"] == "ok" for one in captures), variant
    return reference.CURRENT
