"""Ways to tell people: a folder for each kind of channel, with its transport and how it draws a notice."""
