"""What the tests of faults add to the functions' code: points at which a process is held, and kinds that pass them."""
