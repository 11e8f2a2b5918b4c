"""Open pages: what they are told, and how far runs are for whoever watches."""
