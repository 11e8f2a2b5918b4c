"""One action on every tracking that matches a filter."""
