"""The forms of finding a time for a conversation, of absences and of group conversations."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from udbytte.domain.reach import BEGUN, BEGUN_END, START
from udbytte.domain.working_days import working_day_from
from udbytte.models import Conversation, GroupConversation, Slot
from udbytte.models.conversations import LONGEST_NOTES
from udbytte.models.formatting import clock, day_and_time, short_day
from udbytte.models.groups import LONGEST_GOAL
from udbytte.queries.meetings.status import LastOffer
from udbytte.services.meetings.times import USUAL_MINUTES
from udbytte.web.base.fields import DayField, MomentField, StyledForm, dress

from .status_text import length_and_place_text, slot_text

DAYS_SHOWN = 10  # working days to choose from
MOST_DAYS = 4  # other days, with times of their own
USUAL_TIMES = (time(9), time(10, 30), time(13), time(14, 30))
_TIME = re.compile(r"(\d{1,2})(?:[.:](\d{2}))?")
_BETWEEN = re.compile(r"(?:[\s,;]|\bog\b|\band\b|\bkl\b\.?)+", re.IGNORECASE)


def time_field(label: Any, *, required: bool = True) -> MomentField:
    return MomentField(label=label, required=required, reach=START)


def minutes_field() -> forms.IntegerField:
    return forms.IntegerField(label=lazy("Minutes"), min_value=5, max_value=600, initial=USUAL_MINUTES)


def place_field() -> forms.CharField:
    return forms.CharField(label=lazy("Place"), max_length=200, required=False)


class TimeForm(StyledForm):
    """When and where a conversation is held."""

    planned_at = time_field(lazy("When"))
    minutes = minutes_field()
    place = place_field()
    anyway = forms.BooleanField(label=lazy("Save it all the same"), required=False, widget=forms.HiddenInput)

    def offer_anyway(self) -> None:
        """Ask whether to save it although the manager has something else then."""
        self.fields["anyway"].widget = forms.CheckboxInput()


class MeetingTimeForm(TimeForm):
    """When and where the two meet."""

    @classmethod
    def of(cls, conversation: Conversation) -> MeetingTimeForm:
        if conversation.planned_at is None:
            return cls(auto_id="when_%s")
        at = timezone.localtime(conversation.planned_at)
        initial = {"planned_at": at, "minutes": conversation.minutes, "place": conversation.place}
        return cls(initial=initial, auto_id="when_%s")


class HeldForm(StyledForm):
    """On which day the two talked."""

    held_on = DayField(label=lazy("The day you talked"), reach=START)


class DeclineForm(StyledForm):
    """Why there is to be no conversation."""

    reason = forms.CharField(
        label=lazy("Why?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=lazy("Read by the two of you. HR sees numbers only."),
    )


class AbsenceForm(StyledForm):
    """The first day of a long absence, and the day of return."""

    starts_on = DayField(label=lazy("Away from"), reach=BEGUN)
    returns_on = DayField(label=lazy("Back on"), reach=BEGUN_END)


class SlotForm(forms.Form):
    """A choice of one of the offered times."""

    slot = forms.ModelChoiceField(
        Slot.objects.none(),
        label=lazy("Which time?"),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={
            "invalid_choice": lazy("That time is gone: somebody else has just taken it. Choose another one."),
            "required": lazy("Choose a time."),
        },
    )

    def __init__(self, slots: Any, on: date, data: Any = None, *, chosen: int | None = None) -> None:
        super().__init__(data, auto_id="slot_%s", initial={"slot": chosen})
        field: Any = self.fields["slot"]
        field.queryset = slots
        lengths_and_places = {length_and_place_text(slot) for slot in slots}
        if len(lengths_and_places) == 1:  # the label says it once for all
            field.label = _("Which time? (%(what)s)") % {"what": lengths_and_places.pop()}
            field.label_from_instance = lambda slot: day_and_time(slot.starts_at, on)
        else:
            field.label_from_instance = lambda slot: slot_text(slot, on)


class TimesField(forms.CharField):
    """Times of a day, written one after the other: "9.00, 10.30 og 13"."""

    def clean(self, value: Any) -> list[time]:
        text = super().clean(value)
        times = []
        for part in _BETWEEN.split(text):
            match = _TIME.fullmatch(part)
            hour, minute = (int(match[1]), int(match[2] or 0)) if match else (24, 0)
            if part and (hour > 23 or minute > 59):
                raise forms.ValidationError(_("Write times such as 9.00, 10.30, 13.00."))
            if part:
                times.append(time(hour, minute))
        return times


def _as_last_time(last: LastOffer | None) -> dict[str, Any]:
    times = last.times if last is not None and last.times else USUAL_TIMES
    initial: dict[str, Any] = {"times": ", ".join(clock(at) for at in times)}
    return initial | ({"minutes": last.minutes, "place": last.place} if last is not None else {})


def _next_working_days(begin: date) -> list[date]:
    days = [working_day_from(begin)]
    while len(days) < DAYS_SHOWN:
        days.append(working_day_from(days[-1] + timedelta(days=1)))
    return days


class OfferForm(StyledForm):
    """Offered times: the same times on each of some days, and up to four other days with their own times.

    All are of the same length and at the same place; what was offered last is filled in.
    """

    days = forms.MultipleChoiceField(
        label=lazy("Which days?"), widget=forms.CheckboxSelectMultiple, required=False, choices=[]
    )
    times = TimesField(label=lazy("Times on each of these days"), max_length=200, required=False)
    minutes = minutes_field()
    place = place_field()

    def __init__(
        self, data: Any = None, *, on: date | None = None, begin: date | None = None, last: LastOffer | None = None
    ) -> None:
        super().__init__(data, auto_id="offer_%s", initial=_as_last_time(last))
        if on is not None:
            choices = [(day.isoformat(), short_day(day, on)) for day in _next_working_days(begin or on)]
            cast(forms.MultipleChoiceField, self.fields["days"]).choices = choices
        for number in range(1, MOST_DAYS + 1):
            self.fields[f"day_{number}"] = DayField(label=_("Day"), reach=START, required=False)
            self.fields[f"times_{number}"] = TimesField(label=_("Times that day"), max_length=200, required=False)
        self.fields["times_1"].help_text = _("For example 9.00, 10.30, 13.00")
        dress(self)

    def clean(self) -> dict[str, Any]:
        form_data = super().clean() or {}
        if form_data.get("days") and not form_data.get("times") and "times" not in self.errors:
            self.add_error("times", _("Write the times of these days."))
        for number in range(1, MOST_DAYS + 1):
            day, times = form_data.get(f"day_{number}"), form_data.get(f"times_{number}")
            if day and not times and f"times_{number}" not in self.errors:
                self.add_error(f"times_{number}", _("Write the times that day."))
            if times and not day and f"day_{number}" not in self.errors:
                self.add_error(f"day_{number}", _("Write the day."))
        return form_data

    @property
    def other_days(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"day_{number}"], self[f"times_{number}"]) for number in range(1, MOST_DAYS + 1)]

    @property
    def has_other_days(self) -> bool:
        """Whether something is written for the other days, or is wrong there."""
        return self.is_bound and any(field.data or field.errors for pair in self.other_days for field in pair)

    def on_chosen_days(self) -> list[datetime]:
        """The same times on each of the chosen days, in the time zone of the organisation."""
        return [
            timezone.make_aware(datetime.combine(date.fromisoformat(day), at))
            for day in self.cleaned_data["days"]
            for at in self.cleaned_data["times"]
        ]

    def starts(self) -> list[datetime]:
        """The times that were written for other days, in the time zone of the organisation."""
        form_data = self.cleaned_data
        return [
            timezone.make_aware(datetime.combine(form_data[f"day_{number}"], at))
            for number in range(1, MOST_DAYS + 1)
            if form_data[f"day_{number}"]
            for at in form_data[f"times_{number}"]
        ]


class ProposeForm(StyledForm):
    """One proposed time for each conversation without a time. An empty field proposes nothing."""

    minutes = minutes_field()
    place = place_field()

    def __init__(
        self, conversations: Iterable[Conversation], data: Any = None, *, last: LastOffer | None = None
    ) -> None:
        super().__init__(data, auto_id="propose_%s", initial=_as_last_time(last))
        self.rows = list(conversations)
        for row in self.rows:
            self.fields[f"at_{row.pk}"] = time_field(row.employment.person.name, required=False)
        dress(self)

    @property
    def times(self) -> list[forms.BoundField]:
        return [self[f"at_{row.pk}"] for row in self.rows]

    def proposed(self) -> list[tuple[Conversation, datetime]]:
        """The conversations with their proposed times."""
        form_data = self.cleaned_data
        return [(row, form_data[f"at_{row.pk}"]) for row in self.rows if form_data[f"at_{row.pk}"] is not None]

    def clean(self) -> dict[str, Any]:
        form_data = super().clean() or {}
        if not self.errors and not any(form_data.get(f"at_{row.pk}") for row in self.rows):
            raise forms.ValidationError(_("Write a time for at least one."))
        return form_data


class MembersField(forms.ModelMultipleChoiceField[Conversation]):
    """A choice of conversations, labelled with the employees' names."""

    def __init__(self, label: Any, **more: Any) -> None:
        super().__init__(Conversation.objects.none(), label=label, widget=forms.CheckboxSelectMultiple, **more)

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.employment.person.name)


def _set_choices(form: forms.Form, name: str, rows: QuerySet[Conversation]) -> None:
    cast(MembersField, form.fields[name]).queryset = rows


class GroupGoalForm(StyledForm):
    """A goal of the group, and how they will notice that it is reached."""

    text = forms.CharField(label=lazy("What should become possible?"), max_length=LONGEST_GOAL)
    sign = forms.CharField(label=lazy("How will you see it?"), max_length=LONGEST_GOAL, required=False)


class NewGroupForm(StyledForm):
    """The title of a new group, and who is in it."""

    title = forms.CharField(label=lazy("What is the group called?"), max_length=100)
    members = MembersField(lazy("Who talks together?"))

    def __init__(self, rows: QuerySet[Conversation], data: Any = None) -> None:
        super().__init__(data)
        _set_choices(self, "members", rows)


class JoinForm(StyledForm):
    """Those who join a group."""

    members = MembersField(lazy("Who joins the group?"))

    def __init__(self, rows: QuerySet[Conversation], data: Any = None) -> None:
        super().__init__(data, auto_id="join_%s")
        _set_choices(self, "members", rows)


class GroupTimeForm(TimeForm):
    """When and where the group meets."""


class GroupHeldForm(StyledForm):
    """The day on which the group talked, and who was there."""

    held_on = DayField(label=lazy("The day you talked"), reach=START)
    present = MembersField(lazy("Who was there?"))

    def __init__(self, rows: QuerySet[Conversation], data: Any = None, **more: Any) -> None:
        super().__init__(data, auto_id="held_%s", **more)
        _set_choices(self, "present", rows)


class GroupNotesForm(StyledForm):
    """The notes that the group shares. `seen` holds the notes as they were when the page was opened."""

    notes = forms.CharField(
        label=lazy("Notes that the group shares"),
        required=False,
        max_length=LONGEST_NOTES,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    seen = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)

    @classmethod
    def of(cls, group: GroupConversation) -> GroupNotesForm:
        return cls(initial={"notes": group.notes, "seen": group.notes}, auto_id="notes_%s")
