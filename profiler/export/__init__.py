"""Files that other tools open, made from our tables: one module per format."""
