"""Evaluation in SQL: judged days, events, digests and thresholds."""
