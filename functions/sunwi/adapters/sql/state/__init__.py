"""The latest states of trackings, and the lists that are made of them, in SQL."""
