"""Words and documents of runs."""
