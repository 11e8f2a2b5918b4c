"""What AWS does for Sunwi: queues, state machine, evidence, secrets, alarms, metrics."""
