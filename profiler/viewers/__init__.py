"""Viewers of other projects, served for a run: each gets a temporary folder, and the run stays as it is."""
