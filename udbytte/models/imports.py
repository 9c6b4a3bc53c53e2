"""Imports as jobs that run in the background."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from .people import Person


class ImportState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    REFUSED = "refused", _("refused")
    FAILED = "failed", _("failed")


class ImportRun(models.Model):
    """One import of a file, as a dry run (`options["dry_run"]`) or for real. Once it is written, `content` is empty.

    `undo` is what an import of the organisation made, and what it changed as it was before; it is kept for 30 days.
    """

    kind = models.CharField(max_length=20, default="organisation")  # or "courses"
    filename = models.CharField(max_length=250)
    content = models.BinaryField(default=bytes)
    options = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    doing = models.CharField(max_length=200, blank=True)
    report = models.JSONField(null=True, blank=True)
    by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    undo = models.JSONField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("-created_at", "-pk")

    def __str__(self) -> str:
        return f"{self.filename}, {self.created_at}"
