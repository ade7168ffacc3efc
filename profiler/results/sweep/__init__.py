"""What a sweep says: every point, and where the lines cross."""
