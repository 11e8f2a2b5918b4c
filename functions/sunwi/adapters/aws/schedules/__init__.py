"""Schedules on EventBridge Scheduler."""
