"""Requests to addresses that people entered, which go out to the public network only."""
