"""Every table of kprof, declared once: columns, dtypes, units, meanings and invariants."""
