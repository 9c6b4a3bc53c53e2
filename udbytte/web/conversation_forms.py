"""What is written on the conversation's page, as forms."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ..domain.lifecycle import Kind
from ..models import Conversation, Course, DevelopmentPlan, Goal, PracticeMethod
from ..models.agreements import KIND_LABELS
from .fields import DayInput, StyledForm


class WhenForm(StyledForm):
    """Day, time and place of the conversation."""

    planned_at = forms.DateTimeField(
        label=lazy("When"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )
    place = forms.CharField(label=lazy("Place"), max_length=200, required=False)

    @classmethod
    def of(cls, conversation: Conversation) -> WhenForm:
        at = timezone.localtime(conversation.planned_at) if conversation.planned_at else None
        return cls(initial={"planned_at": at, "place": conversation.place}, auto_id="when_%s")


class HeldForm(StyledForm):
    """On which day the two talked."""

    held_on = forms.DateField(label=lazy("The day you talked"), widget=DayInput())


class GoalForm(StyledForm):
    """What should become possible, and how both will see it."""

    text = forms.CharField(label=lazy("What should become possible?"), max_length=400)
    sign = forms.CharField(label=lazy("How will you both see it?"), max_length=400, required=False)


class CourseField(forms.CharField):
    """A course of the catalogue, written as title with number (from the list of suggestions)."""

    def clean(self, value: Any) -> Course | None:
        text = super().clean(value)
        if not text:
            return None
        number = re.search(r"#(\d+)\s*$", text)
        named = Course.objects.filter(title__iexact=text.strip())
        found = Course.objects.filter(pk=int(number[1])) if number else named
        course = found.order_by("pk").first()
        if course is None:
            raise forms.ValidationError(_("Choose a course from the list, or leave this empty: it can be found later."))
        return course


class AgreementForm(StyledForm):
    """One agreement of the plan, a course or learning in practice."""

    kind = forms.ChoiceField(
        label=lazy("Kind"), choices=[(k.value, v) for k, v in KIND_LABELS.items()], widget=forms.RadioSelect
    )
    title = forms.CharField(
        label=lazy("What is agreed?"),
        max_length=200,
        help_text=lazy("Read by the two of you, and by whoever books, pays or helps."),
    )
    planned_from = forms.DateField(label=lazy("Planned from"), widget=DayInput())
    planned_to = forms.DateField(label=lazy("Planned to"), widget=DayInput())
    goal = forms.ModelChoiceField(
        Goal.objects.none(), label=lazy("For the goal"), required=False, empty_label=lazy("no goal in particular")
    )
    purpose = forms.CharField(
        label=lazy("What is it for?"),
        max_length=400,
        required=False,
        help_text=lazy("Whoever helps with it reads this as well."),
    )
    if_when = forms.CharField(
        label=lazy("When do you do it?"),
        max_length=200,
        required=False,
        help_text=lazy('A plan for the everyday: "when the meeting ends, I write down one thing".'),
    )
    if_where = forms.CharField(label=lazy("Where?"), max_length=200, required=False)
    if_with = forms.CharField(label=lazy("With whom?"), max_length=200, required=False)
    course = CourseField(
        label=lazy("Course: from the catalogue, if you know which"),
        max_length=400,
        required=False,
        help_text=lazy("Write a few letters and choose."),
    )
    first_use = forms.CharField(
        label=lazy("Course: what will you use it for in the first two weeks?"), max_length=300, required=False
    )
    estimated_price = forms.IntegerField(
        label=lazy("Course: estimated price in kroner, ex VAT"), min_value=0, max_value=10_000_000, required=False
    )
    method = forms.ModelChoiceField(
        PracticeMethod.objects.filter(hidden=False),
        label=lazy("Practice: way to learn"),
        required=False,
        empty_label=lazy("none of them in particular"),
    )

    def __init__(self, plan: DevelopmentPlan | None, data: Any = None) -> None:
        super().__init__(data, auto_id="agree_%s", initial={"kind": Kind.COURSE})
        goals: Any = self.fields["goal"]
        goals.queryset = plan.goals.all() if plan is not None else Goal.objects.none()
        self.fields["course"].widget.attrs |= {"list": "catalogue", "autocomplete": "off"}

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        begins, ends = said.get("planned_from"), said.get("planned_to")
        if isinstance(begins, date) and isinstance(ends, date) and ends < begins:
            self.add_error("planned_to", _("The planned end lies before the start."))
        return said

    def facts(self) -> dict[str, Any]:
        """What was said, ready for `agree_in_plan`; only what belongs to the kind."""
        said = dict(self.cleaned_data)
        said["kind"] = Kind(said["kind"])
        if said["kind"] is Kind.PRACTICE:
            said |= {"course": None, "first_use": "", "estimated_price": None}
        elif said["estimated_price"] is None and said["course"] is not None:
            said["estimated_price"] = said["course"].price
        return said
