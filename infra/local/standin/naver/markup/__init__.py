"""Markup of a page: the skeleton, attributes and state of a real one around made-up content."""
