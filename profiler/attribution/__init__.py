"""From tables to shares: what each instrument's captures say of the internals."""
