"""Screens of notices and channels."""
