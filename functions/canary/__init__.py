"""The canary Lambda: reads pages with known answers before the daily run."""
