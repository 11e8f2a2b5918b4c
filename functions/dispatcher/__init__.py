"""The dispatcher Lambda: EventBridge rule → run, tasks, SQS, state machine."""
