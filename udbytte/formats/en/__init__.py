"""English formats: day before month, and a 24-hour clock, as in Denmark."""
