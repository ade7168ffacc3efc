"""What follows from a report: the published study's claims put to the test."""
