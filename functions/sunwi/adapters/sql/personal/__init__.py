"""Rows that name people."""
