"""What each page of the stand-in truly shows."""
