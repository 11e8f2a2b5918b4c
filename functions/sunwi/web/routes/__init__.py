"""One module per resource: what may be asked of it, and what answers."""
