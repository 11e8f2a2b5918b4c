"""Words and documents of trackings."""
