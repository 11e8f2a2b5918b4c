"""The crawler Lambda: SQS → Chromium → ledger."""
