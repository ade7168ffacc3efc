"""Says what is wrong with a profile of callers."""

from __future__ import annotations

from ..findings import Finding
from .reader import Profile


def findings(profile: Profile) -> tuple[Finding, ...]:
    """Return what is wrong with a profile, each fault once; empty where it can be trusted."""
    if profile.samples is None:
        return ()
    return (Finding("sampled", f"{profile.samples.total} samples of the stack: calls are unknown"),)
