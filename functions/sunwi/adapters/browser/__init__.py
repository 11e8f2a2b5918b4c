"""Chromium by Playwright: the warm browser, its profiles, what it may open, and pictures of pages."""
