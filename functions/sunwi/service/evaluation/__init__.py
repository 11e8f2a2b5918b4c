"""What changed for trackings: judged from measured days, and told once."""
