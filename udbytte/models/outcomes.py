"""What came of an agreement: the employee's own words, and what those beside them see."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from .agreements import Agreement
from .people import Person


class Newness(models.TextChoices):
    NOTHING = "nothing", _("nothing")
    SOMETHING = "something", _("something")
    MUCH = "much", _("much")


class InUse(models.TextChoices):
    NOT_YET = "not_yet", _("not yet")
    SOMETIMES = "sometimes", _("sometimes")
    DAILY = "daily", _("daily")


class Hindrance(models.TextChoices):
    """What got in the way."""

    TIME = "time", _("there was no time")
    TASKS = "tasks", _("my tasks changed")
    HELP = "help", _("nobody to help")
    BACKING = "backing", _("no backing from my manager")
    TOOLS = "tools", _("tools or access were missing")
    LEVEL = "level", _("it was too easy or too hard")
    RELEVANCE = "relevance", _("it did not fit my work")
    OTHER = "other", _("something else")


class Outcome(models.Model):
    """What was learned (udbytte): the employee's own words, and the day it was talked about.

    `hindrances` are values of `Hindrance`; `shared` says that others may read the words in the catalogue, without name.
    """

    agreement = models.OneToOneField(Agreement, models.CASCADE, related_name="outcome")
    learned = models.TextField(_("What do you do differently now"))
    newness = models.CharField(_("How much was new"), max_length=10, choices=Newness.choices)
    in_use = models.CharField(_("Is it used"), max_length=10, choices=InUse.choices)
    hindrances = models.JSONField(_("What got in the way"), default=list, blank=True)
    recommends = models.BooleanField(_("Would you recommend it to a colleague"), null=True, blank=True)
    shared = models.BooleanField(_("Others may read it in the catalogue, without my name"), default=False)
    told_on = models.DateField()
    talked_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.learned[:60]

    @property
    def hindrance_labels(self) -> list[str]:
        return [str(Hindrance(one).label) for one in self.hindrances if one in Hindrance.values]


class Observation(models.Model):
    """What the manager or a helper sees of what was learned; read by the two who talk."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="observations")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    text = models.CharField(_("What do you see"), max_length=600)
    on = models.DateField()

    class Meta:
        ordering = ("on", "pk")
        constraints = (models.UniqueConstraint(fields=("agreement", "by"), name="observation_one_each"),)

    def __str__(self) -> str:
        return self.text[:60]
