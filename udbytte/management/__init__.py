"""The commands of `udbytte`. They call services and queries."""
