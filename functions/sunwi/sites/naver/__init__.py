"""Page text → page reading, link → identity. Pure: no I/O."""
