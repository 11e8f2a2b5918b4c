"""One crawl message, from its first attempt to the saved outcome."""
