"""Files on S3 that are fetched from elsewhere."""
