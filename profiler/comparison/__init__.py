"""Two runs side by side: what changed, with a verdict."""
