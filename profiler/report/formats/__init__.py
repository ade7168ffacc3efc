"""Formats: blocks of a page as a terminal, Markdown or a table shows them."""
