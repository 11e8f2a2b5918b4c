"""Pages with known answers, read before the night."""
