"""Screens of accounts, keys and the audit."""
