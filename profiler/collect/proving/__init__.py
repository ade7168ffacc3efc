"""Proves instruments: slows internals by known waits and takes calls with them and without."""
