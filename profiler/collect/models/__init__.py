"""Models and their inputs: built in, or the user's own."""
