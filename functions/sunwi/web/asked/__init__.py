"""What routes are asked with: models and fields that several of them share."""
