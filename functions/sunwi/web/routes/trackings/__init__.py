"""Routes of trackings, and of actions on many of them."""
