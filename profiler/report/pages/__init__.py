"""Pages: what a person sees of one subject, as blocks that every format can draw."""
