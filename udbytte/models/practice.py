"""Learning at work: the practice methods, who has opened their catalogue, and who learns together."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q, Value
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .people import Person
from .rounds import Round
from .triggers import OF_PERSON, mark_stale


class HelperRole(models.TextChoices):
    MENTOR = "mentor", _("mentor")
    BUDDY = "buddy", _("learning partner")
    SUPERVISOR = "supervisor", _("supervisor")
    SIDE_BY_SIDE = "side_by_side", _("side-by-side trainer")
    COLLEAGUE = "colleague", _("colleague")
    MANAGER = "manager", _("manager")


class Wish(models.TextChoices):
    """What somebody who looks for a practice method wishes."""

    HOUR_A_WEEK = "hour_a_week", _("I have an hour a week")
    SOMETHING_NEW = "something_new", _("I want to try something new")
    BESIDE_ME = "beside_me", _("I want someone beside me")
    WHAT_I_DO = "what_i_do", _("I want to change what I do")
    WHERE_I_SIT = "where_i_sit", _("I want to change where I sit")
    WHOM_WITH = "whom_with", _("I want to change whom I work with")


class MethodGroup(models.TextChoices):
    """The headings of the catalogue of practice methods, in their order."""

    BESIDE = "beside", _("With somebody beside you")
    TOGETHER = "together", _("Together with others who learn")
    ELSEWHERE = "elsewhere", _("See and try something else")
    ENVIRONMENT = "environment", _("Change what is around you")


OWN = "own"  # the keys of the organisation's own methods begin with it; also the name of their drawing


class PracticeMethod(models.Model):
    """A way of learning at work, in both languages. `key` identifies the delivered ones.

    What people read: `summary` (what it is), `fits` (when it fits), `asks` (who helps, and what that asks of them),
    `length`, `start` (how to start on Monday), `follow_up`, `pitfalls` (what can go wrong). The agreement to start
    from: `ready_title`, `ready_purpose`, `ready_if_then`, `ready_check`, `ready_turn_to`, over `weeks`, with a check-in
    every `check_in_weeks`, helped by a `role` for `helper_hours` in all (0: nobody helps). `people_from` and
    `people_to` say how many learn together, the employee among them: 1 alone, 2 a partnership, more a group.
    """

    key = models.SlugField(max_length=60, unique=True)
    position = models.PositiveSmallIntegerField(default=0)
    name_da = models.CharField(_("Name, in Danish"), max_length=120)
    name_en = models.CharField(_("Name, in English"), max_length=120, blank=True)
    summary_da = models.TextField(_("What it is, in Danish"), blank=True)
    summary_en = models.TextField(_("What it is, in English"), blank=True)
    fits_da = models.TextField(_("When it fits, in Danish"), blank=True)
    fits_en = models.TextField(_("When it fits, in English"), blank=True)
    asks_da = models.TextField(_("Who helps, and what it asks of them, in Danish"), blank=True)
    asks_en = models.TextField(_("Who helps, and what it asks of them, in English"), blank=True)
    length_da = models.TextField(_("How long, in Danish"), blank=True)
    length_en = models.TextField(_("How long, in English"), blank=True)
    start_da = models.TextField(_("How to start on Monday, in Danish"), blank=True)
    start_en = models.TextField(_("How to start on Monday, in English"), blank=True)
    follow_up_da = models.TextField(_("How to follow up, in Danish"), blank=True)
    follow_up_en = models.TextField(_("How to follow up, in English"), blank=True)
    pitfalls_da = models.TextField(_("What can go wrong, in Danish"), blank=True)
    pitfalls_en = models.TextField(_("What can go wrong, in English"), blank=True)
    ready_title_da = models.CharField(_("The agreement's title, in Danish"), max_length=200, blank=True)
    ready_title_en = models.CharField(_("The agreement's title, in English"), max_length=200, blank=True)
    ready_purpose_da = models.CharField(_("What it is for, in Danish"), max_length=400, blank=True)
    ready_purpose_en = models.CharField(_("What it is for, in English"), max_length=400, blank=True)
    ready_if_then_da = models.CharField(
        _("If-then plan, in Danish"), max_length=300, blank=True, default="", db_default=""
    )
    ready_if_then_en = models.CharField(
        _("If-then plan, in English"), max_length=300, blank=True, default="", db_default=""
    )
    ready_check_da = models.CharField(_("How it will be checked, in Danish"), max_length=300, blank=True)
    ready_check_en = models.CharField(_("How it will be checked, in English"), max_length=300, blank=True)
    ready_turn_to_da = models.CharField(_("Whom to turn to if it fails, in Danish"), max_length=200, blank=True)
    ready_turn_to_en = models.CharField(_("Whom to turn to if it fails, in English"), max_length=200, blank=True)
    weeks = models.PositiveSmallIntegerField(_("Weeks in all"), default=12)
    check_in_weeks = models.PositiveSmallIntegerField(_("Weeks between check-ins"), null=True, blank=True)
    role = models.CharField(_("Who helps"), max_length=12, choices=HelperRole.choices, default=HelperRole.COLLEAGUE)
    helper_hours = models.PositiveSmallIntegerField(_("Hours it asks of a helper, in all"), default=0)
    people_from = models.PositiveSmallIntegerField(_("At least so many learn together"), default=1)
    people_to = models.PositiveSmallIntegerField(_("At most so many learn together"), default=1)
    wishes = models.JSONField(_("What it fits"), default=list, blank=True)
    changes_environment = models.BooleanField(_("A changed learning environment"), default=False)
    hidden = models.BooleanField(_("Hidden"), default=False)
    added_on = models.DateField(null=True, blank=True)  # empty: from the beginning
    # Since when it was hidden and until when, as [from, until]; one that is empty has no such end.
    hidden_days = models.JSONField(default=list, blank=True, db_default=Value([], models.JSONField()))

    class Meta:
        ordering = ("position", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(people_from__gte=1, people_to__gte=F("people_from"), people_to__lte=12),
                name="method_people_in_order",
                violation_error_message=_("Between 1 and 12 people, and no fewer at most than at least."),
            ),
            models.CheckConstraint(
                condition=Q(weeks__range=(1, 104)),
                name="method_lasts_two_years_at_most",
                violation_error_message=_("Between 1 and 104 weeks."),
            ),
        )

    def __str__(self) -> str:
        return self.localised("name")

    def localised(self, name: str) -> str:
        """One of its texts in the reader's language; in Danish where it is not translated."""
        english = str(getattr(self, f"{name}_en")) if get_language() == "en" else ""
        return english or str(getattr(self, f"{name}_da"))

    def is_offered_on(self, day: date) -> bool:
        """Whether the catalogue offered it on the day. If no days are stored, as it is now."""
        if self.added_on is not None and day < self.added_on:
            return False
        if not self.hidden_days:
            return not self.hidden
        iso = day.isoformat()
        return not any((begin or "") <= iso and (end is None or iso < end) for begin, end in self.hidden_days)

    @property
    def summary(self) -> str:
        return self.localised("summary")

    @property
    def length(self) -> str:
        return self.localised("length")

    @property
    def ready_title(self) -> str:
        return self.localised("ready_title")

    @property
    def is_delivered(self) -> bool:
        """Whether it came with the application, and can be reset to the delivered texts."""
        return not self.key.startswith(f"{OWN}-")

    @property
    def drawing(self) -> str:
        """The name of its drawing in `methods.svg`."""
        return self.key if self.is_delivered else OWN

    @property
    def group(self) -> MethodGroup:
        """Its heading in the catalogue."""
        if self.changes_environment:
            return MethodGroup.ENVIRONMENT
        if self.is_shared:
            return MethodGroup.TOGETHER
        return MethodGroup.BESIDE if Wish.BESIDE_ME in self.wishes else MethodGroup.ELSEWHERE

    @property
    def is_shared(self) -> bool:
        """Whether several learn it together, each with an outcome of their own."""
        return self.people_to > 1


class PracticeGroup(models.Model):
    """Two or more learning partners. Each has an agreement of their own, and helps the others."""

    method = models.ForeignKey(PracticeMethod, models.SET_NULL, null=True, blank=True, related_name="groups")
    formed_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.method}: {self.formed_on}"


class CatalogueVisit(models.Model):
    """Somebody has opened the catalogue of practice methods; stored once a round."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="catalogue_visits")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    first_on = models.DateField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("round", "person"), name="catalogue_visit_once_a_round"),)
        triggers = mark_stale(OF_PERSON)

    def __str__(self) -> str:
        return f"{self.person}: {self.round}"
