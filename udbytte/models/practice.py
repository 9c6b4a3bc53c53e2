"""Learning in practice: the ways to learn, and who has opened their catalogue."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .people import Person
from .rounds import Round


class PracticeMethod(models.Model):
    """A way of learning in practice, in both languages. The delivered ones are kept by `key`."""

    key = models.SlugField(max_length=60, unique=True)
    position = models.PositiveSmallIntegerField(default=0)
    name_da = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    summary_da = models.TextField(blank=True)
    summary_en = models.TextField(blank=True)
    changes_environment = models.BooleanField(_("A changed learning environment"), default=False)
    hidden = models.BooleanField(default=False)

    class Meta:
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" and self.name_en else self.name_da

    @property
    def summary(self) -> str:
        return self.summary_en if get_language() == "en" and self.summary_en else self.summary_da


class CatalogueVisit(models.Model):
    """Somebody has had the ways of learning in practice in view, once in a round."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="catalogue_visits")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    first_on = models.DateField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("round", "person"), name="catalogue_visit_once_a_round"),)

    def __str__(self) -> str:
        return f"{self.person}: {self.round}"
