"""Messages that SQS moved aside: listed, sent back, moved."""
