"""Words and documents of jobs."""
