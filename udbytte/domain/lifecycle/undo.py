"""Undoing what was just pressed.

Whoever has pressed it can undo it for a while, as long as nothing has happened to the agreement since. What follows
from it is told after that while, so that nobody hears of what was undone.
"""

from __future__ import annotations

from datetime import timedelta

UNDO_FOR = timedelta(minutes=15)
# The event of the log entry that says so. It is no event of the lifecycle: it leads to where the agreement was.
UNDO = "undo"
