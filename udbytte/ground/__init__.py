"""What the house stands on: settings from the environment, the embedded database, the processes."""
