"""Words of accounts, their sessions and keys, and of who did what."""
