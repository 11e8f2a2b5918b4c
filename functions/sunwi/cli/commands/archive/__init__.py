"""Commands of the archive, and of what is held about people."""
