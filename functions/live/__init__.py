"""Knows which open page watches what."""
