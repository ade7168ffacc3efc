"""From bytes to declared tables: one module per format."""
