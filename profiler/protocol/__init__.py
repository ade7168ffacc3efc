"""All that the manager and the worker share: words, manifests, files, errors.

Runs on Python 3.7 with the standard library alone, since the worker takes it into any interpreter.
"""
