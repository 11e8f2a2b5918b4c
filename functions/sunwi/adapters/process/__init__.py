"""This process and what runs below it."""
