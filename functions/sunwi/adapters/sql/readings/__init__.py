"""Page readings: stored, decoded, kept in memory."""
