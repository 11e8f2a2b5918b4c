"""The watch over days: was there a run, did it close, what must be told."""
