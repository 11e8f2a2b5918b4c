"""The functions in their real images: an engine to run them, the images, and what surrounds them."""
