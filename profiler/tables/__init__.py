"""Declares every table of kprof once: columns, dtypes, units, meanings and invariants."""
