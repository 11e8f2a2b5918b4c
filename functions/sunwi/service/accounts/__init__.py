"""Who may do what: accounts, their browsers and keys, and one table of rights."""
