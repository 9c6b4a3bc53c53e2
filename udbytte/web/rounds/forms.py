"""The forms of rounds: planning, preparation questions, step lengths, staffing, ground rules, kick-offs and closing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from udbytte.access.rounds import participants_in
from udbytte.domain.lifecycle.deadlines import DEFAULT_DAYS
from udbytte.domain.numbers import int_from
from udbytte.domain.reach import BEGUN, BEGUN_END, START
from udbytte.domain.round_dates import a_year_on
from udbytte.models import Asked, KickoffMeeting, Person, Round, Unit, WhyNotHeld
from udbytte.models.rules import LONGEST_ADDITION, LONGEST_ANSWER, LONGEST_QUESTION
from udbytte.queries.conversations.texts import mark_of
from udbytte.queries.people.units import units_to_choose, without_those_below
from udbytte.runtime.clock import today
from udbytte.services.rounds.first_round import first_round
from udbytte.services.rounds.planning import LONGEST
from udbytte.services.rounds.questions import QuestionText
from udbytte.web.base.fields import DayField, DayInput, MomentField, PersonField, StyledForm, Within, dress
from udbytte.web.money.forms import MOST_OF_BUDGET

from .dates import date_warnings

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

DATES = ("announced_on", "kickoff_on", "conversations_from", "conversations_to", "closes_on")
LAST_DAYS = ("conversations_to", "closes_on")
TEXTS = ("procedure", "criteria", "possibilities", "money")

# The labels of the step lengths, in the order of the steps, in groups.
LENGTH_GROUPS: tuple[tuple[_StrPromise, dict[str, _StrPromise]], ...] = (
    (
        lazy("Until a course is registered"),
        {
            "find": lazy("Find a course date"),
            "before_wished": lazy("Course found, days before the wished time"),
            "settle": lazy("Sort out the funding"),
            "decide": lazy("Decide on a nomination"),
            "before_deadline": lazy("Funding sorted out, days before the registration deadline"),
            "register": lazy("Register"),
            "just_before_deadline": lazy("Registered, working days before the deadline"),
            "waitlist": lazy("Ask again about a place on a waiting list"),
            "doubt": lazy("Clarify whether a place is still reserved"),
        },
    ),
    (
        lazy("After a course"),
        {
            "attend": lazy("Ask whether somebody went, after the last day"),
            "use": lazy("Use it for the first time"),
            "outcome": lazy("Outcome of a course, after its last day"),
        },
    ),
    (
        lazy("Learning at work"),
        {
            "find_helper": lazy("Find someone who helps"),
            "answer": lazy("Answer whether one can help"),
            "start": lazy("Start, after the planned day"),
            "check_in": lazy("Between two follow-ups"),
            "stuck": lazy("Talk about what gets in the way"),
            "done": lazy("Outcome of learning at work, after its end"),
        },
    ),
    (
        lazy("Talks and answers"),
        {
            "talk": lazy("Talk about what was learned"),
            "confirm_drop": lazy("Answer whether it is dropped"),
            "hand_over": lazy("Do a task that was handed over"),
        },
    ),
)
STEP_LENGTHS = {name: label for _group, labels in LENGTH_GROUPS for name, label in labels.items()}

# The proposed agenda of a kick-off meeting, which the unit may change.
AGENDA = lazy(
    "1. What are the conversations for?\n"
    "2. The ground rules: what matters to us, and what is possible this year?\n"
    "3. The budget: how much is there, and who decides?\n"
    "4. What does the unit need to become better at?\n"
    "5. Learning at work: which ways have we tried, and who can help others?\n"
    "6. What came of what we agreed last time?\n"
    "7. What is still unclear, and who answers it by when?"
)


class DaysField(forms.CharField):
    """Several days, as 2027-05-10 or 10.5.2027, separated by commas, semicolons or new lines."""

    def clean(self, value: Any) -> list[date]:
        return [self._day(word) for word in re.split(r"[,;\s]+", super().clean(value) or "") if word]

    def _day(self, word: str) -> date:
        parts = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[./-](\d{1,2})[./-](\d{4})", word)
        try:
            if parts is None:
                raise ValueError
            year, month, day = parts.group(1, 2, 3) if parts[1] else parts.group(6, 5, 4)
            value = date(int(year), int(month), int(day))
        except ValueError:
            message = _("%(word)s is not a date. Write dates as 10.5.2027, with commas between.") % {"word": word}
            raise forms.ValidationError(message) from None
        Within(BEGUN_END)(value)
        return value


def days_text(days: Iterable[date]) -> str:
    """Days as people write them in `DaysField`."""
    return ", ".join(f"{day.day}.{day.month}.{day.year}" for day in days)


class RoundForm(forms.ModelForm[Round]):
    """A round. A new one is filled in from `previous`, or, as the first (`is_first`), from the template."""

    class Meta:
        model = Round
        fields = ("name", "units", *DATES, *TEXTS)
        widgets = {name: DayInput() for name in DATES}

    follow_ups = DaysField(
        label=lazy("Follow-up days"),
        required=False,
        max_length=300,
        help_text=lazy("Days through the year on which managers look at what was agreed, with commas between."),
    )
    field_order = ("name", "units", *DATES[:4], "follow_ups", "closes_on", *TEXTS)
    # The mark of the round when the page was opened, so that two tabs do not overwrite each other unnoticed.
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, previous: Round | None = None, is_first: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if previous is not None:
            self.initial.update(initial_from_previous(previous))
        elif is_first:
            self.initial.update(initial_of_first(today()))
        elif self.instance.pk:
            self.initial["follow_ups"] = days_text(follow_up.day for follow_up in self.instance.follow_up_days.all())
            self.initial["seen"] = mark_of_round(self.instance)
        dress(self)
        for name in DATES:
            self.fields[name].validators.append(Within(BEGUN_END if name in LAST_DAYS else BEGUN))
        for field in self.fields.values():
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 4
        cast(forms.ModelMultipleChoiceField[Unit], self.fields["units"]).queryset = units_to_choose(today())

    def clean_seen(self) -> None:
        seen = self.cleaned_data["seen"]
        if self.instance.pk and seen and seen != mark_of_round(Round.objects.get(pk=self.instance.pk)):
            raise forms.ValidationError(
                _("The round has been changed from another page since you opened this one. Open it again to see how.")
            )

    def clean_units(self) -> list[Unit]:
        """Leave out units below other chosen units, and keep units of the round that have ended meanwhile."""
        ended = self.instance.units.filter(ends_on__lt=today()) if self.instance.pk else []
        return without_those_below([*self.cleaned_data["units"], *ended])

    def warnings(self, on: date) -> list[str]:
        """What cannot be about the dates that the form was opened with, or that were sent."""
        if self.is_bound and self.errors is not None:  # it is clean now
            dates, follow_ups = self.cleaned_data, self.cleaned_data.get("follow_ups", [])
        else:
            dates = dict(self.initial)
            follow_ups = self.fields["follow_ups"].clean(self.initial.get("follow_ups", ""))
        known = {name: dates.get(name) for name in DATES}
        if any(known[name] is None for name in DATES if name != "kickoff_on"):
            return []
        return date_warnings(Round(**known), on, follow_ups)

    def refusals_of_dates(self) -> list[str]:
        """Why dates that are being typed will not be saved; a field that is empty yet is none."""
        in_order = [str(error) for error in self.non_field_errors()]
        wrong = [
            _("%(label)s. %(why)s") % {"label": self[name].label, "why": error}
            for name in (*DATES, "follow_ups")
            for error in (self.errors.get(name, []) if self[name].value() else [])
        ]
        return [*wrong, *in_order]

    @property
    def chosen_units(self) -> set[int]:
        """The ids of the ticked units, as saved or as sent."""
        ticked = self["units"].value() or []
        keys = [str(unit.pk if isinstance(unit, Unit) else unit) for unit in ticked]
        return {pk for key in keys if (pk := int_from(key)) is not None}


def mark_of_round(round_: Round) -> str:
    """A mark of the plan of a round. It differs once the plan is changed."""
    days = [follow_up.day for follow_up in round_.follow_up_days.all()]
    units = sorted(round_.units.values_list("pk", flat=True))
    return mark_of(repr([getattr(round_, name) for name in ("name", *DATES, *TEXTS)] + [days, units]))


def initial_of_first(on: date) -> dict[str, Any]:
    """The initial values of an organisation's first round: those of the template, for all units."""
    template = first_round(on)
    tops = [unit for unit in units_to_choose(on) if unit.parent_id is None]
    return template | {"follow_ups": days_text(template["follow_ups"]), "units": tops}


def initial_from_previous(previous: Round) -> dict[str, Any]:
    """The initial values of a new round: those of the previous one a year on, with the same days between the dates."""
    year = re.search(r"\d{4}", previous.name)
    name = previous.name.replace(year[0], str(int(year[0]) + 1)) if year else previous.name
    year_on = a_year_on(previous.announced_on)
    dates = {field: day + year_on for field in DATES if (day := getattr(previous, field)) is not None}
    follow_ups = days_text(follow_up.day + year_on for follow_up in previous.follow_up_days.all())
    texts = {field: getattr(previous, field) for field in TEXTS}
    units = previous.units.exclude(ends_on__lt=today())
    return {"name": name, "units": list(units), "follow_ups": follow_ups, **dates, **texts}


class QuestionForm(StyledForm):
    """A preparation question in both languages. Without a Danish text it is removed."""

    number = forms.IntegerField(widget=forms.HiddenInput, required=False)
    text_da = forms.CharField(label=lazy("Question in Danish"), max_length=400, required=False)
    help_da = forms.CharField(
        label=lazy("Help in Danish"),
        max_length=400,
        required=False,
        help_text=lazy("Shown under the question, for example what to think of."),
    )
    text_en = forms.CharField(label=lazy("Question in English"), max_length=400, required=False)
    help_en = forms.CharField(label=lazy("Help in English"), max_length=400, required=False)
    asked = forms.ChoiceField(label=lazy("Asked of"), choices=Asked.choices)
    titles = forms.CharField(
        label=lazy("Only in the conversations of these job titles"),
        max_length=1000,
        required=False,
        help_text=lazy("With commas between. Empty: of all."),
        widget=forms.TextInput(attrs={"list": "titles", "autocomplete": "off"}),
    )

    def question_text(self) -> QuestionText:
        """The question for `set_questions`."""
        form_data: dict[str, Any] = dict(self.cleaned_data)
        titles = [title.strip() for title in form_data["titles"].split(",") if title.strip()]
        helps = {name: form_data[name] for name in ("help_da", "help_en")}
        return QuestionText(
            form_data["text_da"], form_data["text_en"], form_data["asked"], form_data["number"], titles=titles, **helps
        )


QuestionForms = forms.formset_factory(QuestionForm, extra=2, max_num=30)


@dataclass(frozen=True, slots=True)
class LengthGroup:
    """Some of the step lengths, with what differs from the usual in words."""

    label: str
    summary: str
    fields: Sequence[forms.BoundField]

    @property
    def has_errors(self) -> bool:
        return any(field.errors for field in self.fields)


def changed_lengths(days: Mapping[str, int], names: Iterable[str]) -> str:
    """The lengths that differ from the usual ones, in words; empty if none does."""
    changed = [name for name in names if name in days and days[name] != DEFAULT_DAYS[name]]
    words = _("%(what)s: %(days)s (usually %(usual)s)")
    return ", ".join(
        words % {"what": STEP_LENGTHS[name], "days": days[name], "usual": DEFAULT_DAYS[name]} for name in changed
    )


class LengthsForm(StyledForm):
    """How many days each step may take."""

    def __init__(self, round_: Round, data: Any = None) -> None:
        super().__init__(data, auto_id="days_%s", initial=dict(DEFAULT_DAYS) | dict(round_.days))
        for name, label in STEP_LENGTHS.items():
            usual = ngettext("Usually %(days)s day", "Usually %(days)s days", DEFAULT_DAYS[name])
            self.fields[name] = forms.IntegerField(
                label=label,
                min_value=0,
                max_value=LONGEST,
                help_text=usual % {"days": DEFAULT_DAYS[name]},
                widget=forms.NumberInput(attrs={"class": "ds-input", "inputmode": "numeric"}),
            )

    @property
    def groups(self) -> list[LengthGroup]:
        """The fields in their groups."""
        return [
            LengthGroup(
                str(label),
                changed_lengths(self.initial, names) or _("The usual deadlines"),
                [self[name] for name in names],
            )
            for label, names in LENGTH_GROUPS
        ]


class StaffingForm(StyledForm):
    """The coordinator, the budget owner and the budget of a unit. An empty field changes nothing."""

    coordinator = PersonField(
        label=lazy("Course coordinator"),
        required=False,
        help_text=lazy("A work email, or a name. Also for the units below."),
        widget=forms.TextInput(attrs={"list": "colleagues", "autocomplete": "off"}),
    )
    budget_owner = PersonField(
        label=lazy("Budget owner"),
        required=False,
        help_text=lazy("A work email, or a name. Also for the units below."),
        widget=forms.TextInput(attrs={"list": "colleagues", "autocomplete": "off"}),
    )
    amount = forms.IntegerField(label=lazy("Amount in kroner"), min_value=0, max_value=MOST_OF_BUDGET, required=False)


class RulesQuestionForm(StyledForm):
    """A question about the ground rules."""

    text = forms.CharField(
        label=lazy("Your question"),
        max_length=LONGEST_QUESTION,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=lazy("Your manager sees that you ask. The answer is for everybody in the unit, without your name."),
    )


class RulesAnswerForm(StyledForm):
    """The answer to a question about the ground rules."""

    answer = forms.CharField(
        label=lazy("Your answer, to everybody in the unit"),
        max_length=LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AdditionForm(StyledForm):
    """What a unit adds to the ground rules."""

    text = forms.CharField(
        label=lazy("Also applies here"),
        max_length=LONGEST_ADDITION,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=lazy("Everybody in the unit and the units below reads it. Leave it empty to withdraw it."),
    )


class KickoffForm(StyledForm):
    """When and where a unit meets, and the agenda."""

    planned_at = MomentField(label=lazy("When"), reach=START)
    minutes = forms.IntegerField(label=lazy("Minutes"), min_value=10, max_value=600, initial=60)
    place = forms.CharField(label=lazy("Place"), max_length=200, required=False)
    agenda = forms.CharField(
        label=lazy("Agenda"), max_length=8000, initial=AGENDA, widget=forms.Textarea(attrs={"rows": 9})
    )


class KickoffHeldForm(StyledForm):
    """When a unit has met, who was there and what was clarified."""

    held_on = DayField(label=lazy("The day you met"), reach=START)
    present = forms.ModelMultipleChoiceField(
        Person.objects.none(), label=lazy("Who was there?"), widget=forms.CheckboxSelectMultiple, required=False
    )
    clarified = forms.CharField(
        label=lazy("What was clarified?"),
        max_length=8000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=lazy("Read by everybody in the unit."),
    )

    def __init__(self, meeting: KickoffMeeting, data: Any = None) -> None:
        present = meeting.present.all() if meeting.held_on else participants_in(meeting.unit, meeting.round)
        initial = {
            "held_on": meeting.held_on or timezone.localdate(meeting.planned_at),
            "present": list(present),
            "clarified": meeting.clarified,
        }
        super().__init__(data, auto_id="held_%s", initial=initial)
        choices = cast("forms.ModelMultipleChoiceField[Person]", self.fields["present"])
        choices.queryset = participants_in(meeting.unit, meeting.round)


class WhyNotHeldForm(StyledForm):
    """Why a conversation was not held."""

    reason = forms.ChoiceField(label=lazy("Why was it not held?"), choices=WhyNotHeld.choices)
