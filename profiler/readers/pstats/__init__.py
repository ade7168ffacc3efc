"""cProfile's files as tables, parsed in a process with a memory limit."""

from .quality import findings
from .reader import SUFFIXES, Profile, Samples, hosts, read, recognises, strip_packages, to_profile

__all__ = [
    "SUFFIXES",
    "Profile",
    "Samples",
    "findings",
    "hosts",
    "read",
    "recognises",
    "strip_packages",
    "to_profile",
]
