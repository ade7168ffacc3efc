"""Tries ways to the same prediction in one process: prepares, measures in turns, compares outputs."""
