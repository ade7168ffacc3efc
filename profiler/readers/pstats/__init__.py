"""cProfile's files as tables, parsed in a process with a memory limit."""

from .reader import Profile, read, strip_packages, to_profile

__all__ = ["Profile", "read", "strip_packages", "to_profile"]
