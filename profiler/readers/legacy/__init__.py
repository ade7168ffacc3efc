"""Traces of old TensorFlow releases: ``local.trace`` and ``trace.json.gz``."""
