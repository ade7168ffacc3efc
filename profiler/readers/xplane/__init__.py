"""XPlane files of the TensorFlow profiler as tables."""

from .build import PARTIAL_OVERLAP
from .planes import recognises
from .quality import findings
from .session import ANOMALIES, SUFFIXES, Trace, hosts, read, read_session

__all__ = [
    "ANOMALIES",
    "PARTIAL_OVERLAP",
    "SUFFIXES",
    "Trace",
    "findings",
    "hosts",
    "read",
    "read_session",
    "recognises",
]
