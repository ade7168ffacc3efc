"""What other services read of a gate: a test report, a summary of a job, benchmark results."""
