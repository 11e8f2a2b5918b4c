"""What only those hear who ask over HTTP."""
