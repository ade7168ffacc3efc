"""Gathers what a run says (speed, shares, warnings) into one frozen document."""
