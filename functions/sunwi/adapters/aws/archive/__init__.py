"""The archive on S3."""
