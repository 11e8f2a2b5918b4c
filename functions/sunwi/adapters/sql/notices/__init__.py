"""The outbox of notices and its channels in SQL."""
