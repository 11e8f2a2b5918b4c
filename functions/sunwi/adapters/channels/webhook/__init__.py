"""Webhooks of others, signed as Standard Webhooks has it."""
