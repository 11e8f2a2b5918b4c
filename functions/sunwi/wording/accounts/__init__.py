"""Accounts, sessions and keys in words and as JSON."""
