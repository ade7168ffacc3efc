"""From the trial of other ways to call to one recommendation, as a diff of the user's line."""
