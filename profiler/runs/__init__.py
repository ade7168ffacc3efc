"""Finds, checks, reads, writes and removes run directories."""
