"""What use cases need from outside, as protocols; adapters implement them."""
