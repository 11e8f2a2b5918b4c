"""What the tests of the local stack add to the functions' code: kinds of jobs of their own."""
