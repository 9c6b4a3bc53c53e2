"""The mark of a demo database."""

from __future__ import annotations

from django.db import models


class DemoMark(models.Model):
    """A row here says that the demo filled this database when it was empty, and that nobody in it exists.

    Only such a database shows its emails to everybody and lets a stranger log in as one of the cast. The demo writes
    the row with its first people. As the mark is data, a restored backup has its own mark, or none.
    """

    made_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.made_on:%Y-%m-%d}"
