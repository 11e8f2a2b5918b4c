"""Markup of places: block, list, panel, and the state that each carries."""
