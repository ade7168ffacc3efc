"""What a run says: speed, shares, warnings, as one frozen document."""
