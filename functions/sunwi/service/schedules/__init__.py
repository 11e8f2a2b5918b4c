"""What is submitted again and again, and when."""
