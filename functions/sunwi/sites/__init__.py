"""What the pages of each site say. Pure: no I/O."""
