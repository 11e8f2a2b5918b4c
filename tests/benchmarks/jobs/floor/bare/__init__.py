"""The floor of a hand-over."""
