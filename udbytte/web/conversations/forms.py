"""The forms of the conversation's page: a goal and an agreement."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from udbytte.domain.lifecycle import Kind
from udbytte.domain.numbers import int_from
from udbytte.domain.reach import END, START
from udbytte.domain.working_days import working_day_from
from udbytte.models import Agreement, Course, DevelopmentPlan, Goal, PracticeMethod
from udbytte.models.agreements import LONGEST_IF_THEN, LONGEST_PURPOSE
from udbytte.models.courses import LONGEST_TITLE
from udbytte.models.groups import LONGEST_GOAL
from udbytte.models.labels import KIND_LABELS
from udbytte.services.errors import TooLong
from udbytte.web.base.fields import DayField, StyledForm


class GoalForm(StyledForm):
    """A goal: what the employee wants to become able to do, and how both will notice it."""

    text = forms.CharField(label=lazy("What should become possible?"), max_length=LONGEST_GOAL)
    sign = forms.CharField(label=lazy("How will you both know?"), max_length=LONGEST_GOAL, required=False)


class CourseField(forms.CharField):
    """A course of the catalogue, written as title and `#number` (from the suggestions) or as its title alone."""

    def prepare_value(self, value: Any) -> Any:
        return f"{value.title} #{value.pk}" if isinstance(value, Course) else value

    def clean(self, value: Any) -> Course | None:
        text = super().clean(value)
        if not text:
            return None
        number = re.search(r"#([0-9]{1,9})\s*$", text)
        by_title = Course.objects.filter(title__iexact=text.strip())
        courses = Course.objects.filter(pk=int_from(number[1]) or 0) if number else by_title
        course = courses.order_by("pk").first()
        if course is None:
            raise forms.ValidationError(_("Choose a course from the list, or leave this empty: it can be found later."))
        return course


class MethodSelect(forms.Select):
    """Marks the practice methods that change the learning environment: the page has other labels for them."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        method = getattr(value, "instance", None)
        if method is not None and method.changes_environment:
            option["attrs"]["data-changes"] = "1"
        return option


LONGEST_SUGGESTION = LONGEST_TITLE + 220  # a course's title with its provider and its number, as it is suggested


def _begin_with(goal: Goal | None, on: date | None) -> dict[str, Any]:
    """The initial values of an empty agreement: a course for the goal, starting in 30 days, within 90 days."""
    initial: dict[str, Any] = {"kind": Kind.COURSE, "goal": goal.pk if goal is not None else ""}
    if on is not None:
        begins = working_day_from(on + timedelta(days=30))
        initial |= {"planned_from": begins, "planned_to": begins + timedelta(days=90)}
    return initial


def _as_agreed(agreement: Agreement | None) -> dict[str, Any] | None:
    """The initial values of an agreement that is corrected."""
    if agreement is None:
        return None
    names = (
        *("kind", "title", "planned_from", "planned_to", "goal", "purpose", "if_then"),
        *ONLY_COURSE,
        *ONLY_PRACTICE,
    )
    return {name: getattr(agreement, name) for name in names}


# The labels where a changed learning environment is agreed.
CHANGED = {
    "title": lazy("What changes?"),
    "planned_from": lazy("From when?"),
    "planned_to": lazy("Until when is it tried?"),
    "purpose": lazy("What will you learn from it?"),
}
ONLY_COURSE = ("course", "first_use", "estimated_price")
ONLY_PRACTICE = ("method", "decided_by", "checked_by", "turn_to", "check_in_weeks")


class AgreementForm(StyledForm):
    """An agreement of the plan: a course, or learning at work. Fields of the other kind are ignored.

    It stands below the goal that it is for. `ready` holds the initial values of a ready agreement about learning at
    work; then the goal is chosen, and the course fields are left out. `methods` are the choices of another such form on
    the same page. `changes` is the agreement that is corrected: its kind and goal stay.
    """

    kind = forms.ChoiceField(
        label=lazy("Kind"), choices=[(k.value, v) for k, v in KIND_LABELS.items()], widget=forms.RadioSelect
    )
    method = forms.ModelChoiceField(
        PracticeMethod.objects.filter(hidden=False),
        label=lazy("Way to learn"),
        required=False,
        empty_label=lazy("no particular way"),
        widget=MethodSelect,
    )
    course = CourseField(
        label=lazy("From the catalogue, if you know which"),
        max_length=LONGEST_SUGGESTION,
        required=False,
        help_text=lazy("Begin to type, and choose."),
    )
    title = forms.CharField(
        label=lazy("What is agreed?"),
        max_length=LONGEST_SUGGESTION,
        help_text=lazy("Read by the two of you, and by whoever books, pays or helps."),
    )
    planned_from = DayField(label=lazy("Planned from"), reach=START)
    planned_to = DayField(label=lazy("Planned to"), reach=END)
    goal = forms.ModelChoiceField(
        Goal.objects.none(),
        label=lazy("For the goal"),
        required=False,
        empty_label=lazy("no goal in particular"),
        error_messages={"invalid_choice": lazy("The goal has been removed. Press again to agree it without a goal.")},
    )
    decided_by = forms.CharField(label=lazy("Who decides it?"), max_length=200, required=False)
    purpose = forms.CharField(
        label=lazy("What is it for?"),
        max_length=LONGEST_PURPOSE,
        required=False,
        help_text=lazy("Whoever helps with it reads this as well."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    first_use = forms.CharField(
        label=lazy("What will you use it for in the first two weeks?"), max_length=300, required=False
    )
    estimated_price = forms.IntegerField(
        label=lazy("Estimated price in kroner, ex VAT"), min_value=0, max_value=10_000_000, required=False
    )
    if_then = forms.CharField(
        label=lazy("Your plan in one sentence: if ..., then ..."),
        max_length=LONGEST_IF_THEN,
        required=False,
        help_text=lazy(
            "When, where, with whom and what. For example: “If the Monday meeting is over, then I sit down with Karim "
            "and write down one thing that I will try.” At most 300 characters. You are reminded of it on the way."
        ),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    checked_by = forms.CharField(
        label=lazy("How will you see whether it worked?"),
        max_length=LONGEST_GOAL,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    turn_to = forms.CharField(label=lazy("Who can you turn to if it does not work?"), max_length=200, required=False)
    check_in_weeks = forms.IntegerField(
        label=lazy("Weeks between follow-ups"),
        min_value=1,
        max_value=26,
        required=False,
        help_text=lazy("Leave blank to use the round's interval."),
    )

    def __init__(
        self,
        plan: DevelopmentPlan | None,
        data: Any = None,
        *,
        on: date | None = None,
        ready: dict[str, Any] | None = None,
        goal: Goal | None = None,
        methods: list[Any] | None = None,
        changes: Agreement | None = None,
    ) -> None:
        auto_id = "agree_%s" if ready else f"agree{goal.pk if goal is not None else 0}_%s"
        if changes is not None:
            auto_id = f"change{changes.pk}_%s"
        super().__init__(data, auto_id=auto_id, initial=ready or _as_agreed(changes) or _begin_with(goal, on))
        self.changes = changes
        goals: Any = self.fields["goal"]
        goals.queryset = plan.goals.all() if plan is not None else Goal.objects.none()
        choices: Any = self.fields["method"]
        if methods is not None:
            choices.choices = methods
        self.is_ready = ready is not None
        if self.is_ready:
            self.fields["kind"].widget = forms.HiddenInput()
            for name in ONLY_COURSE:
                del self.fields[name]
        else:
            goals.widget = forms.HiddenInput()
            if changes is not None:
                self.fields["kind"].widget = forms.HiddenInput()
                self.fields["title"].widget.attrs["autofocus"] = True
            suggested = {
                "list": "catalogue",
                "autocomplete": "off",
                "data-hx-get": reverse_lazy("suggest-courses"),
                "data-hx-trigger": "input delay:250ms",
                "data-hx-target": "#catalogue",
            }
            for name in ("title", "course"):
                self.fields[name].widget.attrs |= suggested
            self.fields["title"].help_text = lazy("Type a word and choose a course or a way, or use your own words.")
        for name, changed in CHANGED.items():
            label = self.fields[name].label or ""
            self.fields[name].label = format_html(
                '<span class="usual">{}</span> <span class="changed">{}</span>', label, changed
            )

    @property
    def methods(self) -> list[Any]:
        """The choices of practice methods, read once, for other such forms on the same page."""
        choices: Any = self.fields["method"]
        choices.choices = list(choices.choices)
        return list(choices.choices)

    @property
    def shows_more(self) -> bool:
        """Whether the optional fields are unfolded: they are filled in, or they may contain an error."""
        return self.is_ready or self.is_bound or self.changes is not None

    @property
    def shows_follow_up(self) -> bool:
        """Whether the fields about follow-up are unfolded: they are filled in, or they contain an error."""
        return self.is_ready or any(self[name].errors for name in ONLY_PRACTICE)

    def clean(self) -> dict[str, Any]:
        form_data = super().clean() or {}
        begins, ends = form_data.get("planned_from"), form_data.get("planned_to")
        if isinstance(begins, date) and isinstance(ends, date) and ends < begins:
            self.add_error("planned_to", _("The planned end lies before the start."))
        values = self._values_from_title(form_data)
        if self.changes is not None and values.get("kind", self.changes.kind) != self.changes.kind:
            self.add_error("title", _("A course cannot become learning at work, or the reverse. Agree on it anew."))
        return form_data | values

    def _values_from_title(self, form_data: dict[str, Any]) -> dict[str, Any]:
        """The values that follow from a suggested title: `#number` means a course, a method's name means the method."""
        title = str(form_data.get("title") or "").strip()
        if self.is_ready or not title:
            return {}
        number = re.search(r"#([0-9]{1,9})\s*$", title)
        course = Course.objects.filter(pk=int_from(number[1]) or 0).first() if number else None
        if course is not None:
            return {"kind": Kind.COURSE, "course": form_data.get("course") or course, "title": course.title}
        methods = PracticeMethod.objects.filter(hidden=False)
        method = next((method for method in methods if str(method) == title), None)
        if method is not None:
            return {"kind": Kind.PRACTICE, "method": form_data.get("method") or method, "title": title}
        if len(title) > LONGEST_TITLE:
            self.add_error("title", TooLong(len(title), LONGEST_TITLE).message)
        return {}

    def facts(self) -> dict[str, Any]:
        """The keyword arguments of `agree_in_plan`; those of the other kind are empty."""
        form_data = dict(self.cleaned_data)
        form_data["kind"] = Kind(form_data["kind"])
        if form_data["kind"] is Kind.PRACTICE:
            form_data |= {"course": None, "first_use": "", "estimated_price": None}
            if form_data["method"] is None or not form_data["method"].changes_environment:
                form_data["decided_by"] = ""
        else:
            form_data |= {"method": None, "decided_by": "", "checked_by": "", "turn_to": "", "check_in_weeks": None}
            if form_data["estimated_price"] is None and form_data["course"] is not None:
                form_data["estimated_price"] = form_data["course"].price
        return form_data
