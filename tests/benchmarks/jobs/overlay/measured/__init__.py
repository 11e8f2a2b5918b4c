"""What the benchmarks of jobs add to the functions' code: one kind, and a count of statements."""
