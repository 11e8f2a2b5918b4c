"""Trackings: added, imported, listed, shown, paused, ended."""
