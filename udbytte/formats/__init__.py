"""File formats: bytes in, rows and problems out. Nothing here knows the database."""
