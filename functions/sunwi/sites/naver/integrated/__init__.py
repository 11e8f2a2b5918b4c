"""The integrated result page: its place block and its post areas."""
