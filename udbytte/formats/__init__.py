"""Formats of dates and times, by language: what a page shows where no function of models/formatting.py is used."""
