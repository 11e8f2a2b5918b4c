"""Routes of runs, and of what they left behind."""
