"""What people read when they sign in and out."""
