"""What someone else's profile or trace says: one module a format of `readers.FORMATS`."""
