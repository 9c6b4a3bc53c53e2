"""Udbytte carries what was agreed in a development conversation until it has an outcome."""
