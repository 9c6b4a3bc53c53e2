"""Udbytte: does anything come of the development conversations? Carries what was agreed until it has an outcome."""

__version__ = "0.1.0"
