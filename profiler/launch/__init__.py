"""Who measures: prepares environments, starts workers, stops and resumes runs."""
