"""Vendor code, and only here."""
