"""What changed for trackings, in words."""
