"""`sunwi backup`."""
