"""Routes of jobs, and those that their first users knew."""
