"""Jobs that are asked for: one, many, or once more."""
