"""Traces of old TensorFlow releases: ``local.trace`` and ``trace.json.gz``."""

from .runtime_trace import SUFFIXES, RuntimeTrace, read, read_session, recognises

__all__ = ["SUFFIXES", "RuntimeTrace", "read", "read_session", "recognises"]
