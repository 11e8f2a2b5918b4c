"""Accounts, the sessions of their browsers and the keys of their programs, in SQL."""
