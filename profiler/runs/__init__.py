"""Run directories: found, checked, read, made and removed."""
