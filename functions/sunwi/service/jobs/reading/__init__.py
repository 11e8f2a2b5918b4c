"""Jobs as whoever may see them reads them."""
