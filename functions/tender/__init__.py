"""The tender Lambda: whoever admits, starts, ends and scales jobs."""
