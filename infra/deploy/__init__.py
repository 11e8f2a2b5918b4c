"""Deploy to an AWS account: repository, images, database schema, stack."""
