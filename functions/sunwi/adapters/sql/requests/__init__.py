"""Requests over HTTP, in SQL."""
