"""Routes of notices: outbox, channels, and what is worth telling."""
