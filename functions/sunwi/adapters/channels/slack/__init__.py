"""Slack, by incoming webhooks."""
