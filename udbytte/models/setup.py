"""The one-time code by which the first administrator sets Udbytte up in the browser."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class SetupCode(models.Model):
    """The present code, as a digest. A web server makes it when it starts, while nobody is administrator."""

    digest = models.CharField(max_length=64)
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(pk=1), name="setup_code_only_one"),)

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d %H:%M}"
