"""XPlane files of the TensorFlow profiler as tables."""

from .session import ANOMALIES, SUFFIXES, Trace, read, read_session

__all__ = ["ANOMALIES", "SUFFIXES", "Trace", "read", "read_session"]
