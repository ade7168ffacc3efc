"""What a profile of callers says: the measured calls in it, and inclusive shares."""
