"""Pages that are asked for by name, and faulty ones."""
