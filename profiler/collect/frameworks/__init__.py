"""Frameworks: how each is imported, asked about itself, and profiled."""
