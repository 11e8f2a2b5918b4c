"""What interfaces say of the archive and of people alike."""
