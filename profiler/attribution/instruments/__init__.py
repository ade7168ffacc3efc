"""From a capture's raw files to its shares: one module an instrument, named by its id."""
