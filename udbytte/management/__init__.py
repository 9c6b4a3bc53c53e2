"""Commands: thin, over services and queries."""
