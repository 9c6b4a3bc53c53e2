"""What was pressed lately, and how the agreement was before, so that it can be undone."""

from __future__ import annotations

from django.db import models

from .agreements import LogEntry
from .encrypted import EncryptedTextField
from .people import Person


class Press(models.Model):
    """Something that a person pressed on an agreement, and can undo until a moment.

    `before` is the agreement with its own rows as they were, as JSON; `after` is a mark of how they were afterwards.
    It is deleted when the time is over, since it holds people's texts.
    """

    entry = models.OneToOneField(LogEntry, models.CASCADE, related_name="press")  # the last that it wrote
    by = models.ForeignKey(Person, models.CASCADE, related_name="+")
    until = models.DateTimeField()
    before = EncryptedTextField()
    after = models.CharField(max_length=64)

    def __str__(self) -> str:
        return str(self.entry)
