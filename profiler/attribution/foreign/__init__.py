"""What someone else's profile or trace says of Keras's calls, and of the internals within them."""
