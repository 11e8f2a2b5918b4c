"""Screens of events and thresholds."""
