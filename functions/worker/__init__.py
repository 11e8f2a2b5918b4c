"""The worker Lambda: one attempt of one job. Two functions run it: one with a browser, one without."""
