"""Runs, from dispatch to close."""
