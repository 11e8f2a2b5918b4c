"""Frozen records and pure rules. Nothing here reads a clock, a file, the environment or a network."""
