"""Real-time ranks, asked for by hand; nothing is stored."""
