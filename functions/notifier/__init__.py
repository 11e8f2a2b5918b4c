"""The notifier Lambda: whoever tells people."""
