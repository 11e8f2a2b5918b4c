"""What is held about a person, and forgetting it."""
