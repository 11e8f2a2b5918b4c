"""Words of notices, a module per kind of notice."""
