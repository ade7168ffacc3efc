"""What a person sees: pages, one for each subject, and formats that draw them."""
