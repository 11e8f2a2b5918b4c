"""The one place that puts adapters and use cases together: a module for what one function, or a command, needs."""
