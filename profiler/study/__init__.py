"""Checks the published study's claims by a report."""
