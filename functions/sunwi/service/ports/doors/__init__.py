"""What signing in and open pages need, as Protocols."""
