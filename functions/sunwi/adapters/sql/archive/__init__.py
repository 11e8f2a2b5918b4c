"""Rows on their way to the archive and back."""
