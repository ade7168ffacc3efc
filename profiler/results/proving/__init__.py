"""What slowed calls say of the instruments: predicted shares beside measured ones."""
