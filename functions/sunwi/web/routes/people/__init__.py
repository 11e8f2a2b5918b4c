"""Routes of agencies, clients, accounts and what they did."""
