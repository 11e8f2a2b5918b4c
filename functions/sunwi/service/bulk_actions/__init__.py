"""One action on everything that matches a filter, and what takes it back."""
