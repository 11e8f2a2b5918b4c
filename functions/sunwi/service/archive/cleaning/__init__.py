"""What has expired is deleted."""
