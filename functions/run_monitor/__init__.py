"""The run monitor Lambda: the state machine's check, summarise and fail steps."""
