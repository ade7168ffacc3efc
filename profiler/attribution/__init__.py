"""From tables to shares: the catalogue of internals, the call tree, shares and phases."""
