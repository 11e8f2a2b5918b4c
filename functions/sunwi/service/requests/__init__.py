"""What surrounds a request over HTTP: keys that make it repeatable, links to files, and counts of failures."""
