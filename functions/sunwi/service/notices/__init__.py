"""Telling people: the outbox, its channels, what is sent when."""
