"""The HTTP API: pages for browsers, JSON for programs."""
