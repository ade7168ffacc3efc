"""What a person sees: the report's document, and one module per format."""
