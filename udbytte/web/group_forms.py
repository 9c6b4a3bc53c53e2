"""What is written about a group conversation, as forms."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as lazy

from ..domain.reach import START
from ..models import Conversation, GroupConversation
from ..models.conversations import LONGEST_NOTES
from ..models.groups import LONGEST_GOAL
from .fields import DayField, StyledForm
from .meeting_forms import minutes_field, place_field, time_field


class MembersField(forms.ModelMultipleChoiceField[Conversation]):
    """Conversations, each by its employee's name."""

    def __init__(self, label: Any, **more: Any) -> None:
        super().__init__(Conversation.objects.none(), label=label, widget=forms.CheckboxSelectMultiple, **more)

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.employment.person.name)


def _offer(form: forms.Form, name: str, rows: QuerySet[Conversation]) -> None:
    cast(MembersField, form.fields[name]).queryset = rows


class GroupGoalForm(StyledForm):
    """What should become possible for the group, and how it is seen."""

    text = forms.CharField(label=lazy("What should become possible?"), max_length=LONGEST_GOAL)
    sign = forms.CharField(label=lazy("How will you see it?"), max_length=LONGEST_GOAL, required=False)


class NewGroupForm(StyledForm):
    """Whom to talk with together, and what the group is called."""

    title = forms.CharField(label=lazy("What is the group called?"), max_length=100)
    members = MembersField(lazy("Who talks together?"))

    def __init__(self, rows: QuerySet[Conversation], data: Any = None) -> None:
        super().__init__(data)
        _offer(self, "members", rows)


class JoinForm(StyledForm):
    """Who joins a group."""

    members = MembersField(lazy("Who joins the group?"))

    def __init__(self, rows: QuerySet[Conversation], data: Any = None) -> None:
        super().__init__(data, auto_id="join_%s")
        _offer(self, "members", rows)


class GroupTimeForm(StyledForm):
    """When and where the group meets."""

    planned_at = time_field(lazy("When"))
    minutes = minutes_field()
    place = place_field()


class GroupHeldForm(StyledForm):
    """On which day the group talked, and who was there."""

    held_on = DayField(label=lazy("The day you talked"), reach=START)
    present = MembersField(lazy("Who was there?"))

    def __init__(self, rows: QuerySet[Conversation], data: Any = None, **more: Any) -> None:
        super().__init__(data, auto_id="held_%s", **more)
        _offer(self, "present", rows)


class GroupNotesForm(StyledForm):
    """The notes that the group shares; `seen` is what they said when the page was opened."""

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
