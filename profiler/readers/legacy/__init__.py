"""Traces of old TensorFlow releases: ``local.trace`` and ``trace.json.gz``."""

from .quality import findings
from .runtime_trace import SUFFIXES, RuntimeTrace, hosts, read, read_session, recognises

__all__ = ["SUFFIXES", "RuntimeTrace", "findings", "hosts", "read", "read_session", "recognises"]
