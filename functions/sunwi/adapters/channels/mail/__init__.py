"""E-mail, by SES."""
