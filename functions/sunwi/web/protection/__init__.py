"""What stands between a request and its route: who it is from, and whether it may come in."""
