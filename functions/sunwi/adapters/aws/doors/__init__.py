"""What people come in by, and what open pages hang on."""
