"""What builds and checks the project; not part of what is installed."""
