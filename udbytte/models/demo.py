"""The mark of a database that the demo made."""

from __future__ import annotations

from django.db import models


class DemoMark(models.Model):
    """A row here says: the demo made this database in an empty one, and nobody in it exists.

    Only such a database shows its letters to everybody and lets a stranger step in as one of the cast. The demo writes
    the row with its first people; the mark lies in the data, so a restored backup takes its own mark along, or none.
    """

    made_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.made_on:%Y-%m-%d}"
