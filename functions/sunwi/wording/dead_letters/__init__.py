"""Documents of dead letters."""
