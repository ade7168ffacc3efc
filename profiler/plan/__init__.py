"""What will be measured: from a request to processes and their estimated time."""
