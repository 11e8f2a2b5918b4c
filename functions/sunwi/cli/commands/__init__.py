"""The commands of `sunwi`, one module per group."""
