"""Prepares environments, starts workers, and stops and resumes runs."""
