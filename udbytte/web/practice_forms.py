"""What is told with the events of learning in practice: whom one asks, how it goes, what came of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from ..access.agreements import is_one_of_the_two
from ..domain.lifecycle import Event
from ..models import Agreement, HelperRole, Hindrance, InUse, Newness, Person
from ..services.helping import helpers_now
from ..services.together import says_what_they_learn
from .fields import YES_NO, PersonField, day_field, person_field, radio_field, text_field

Fields = dict[str, forms.Field]
MORE = 4  # so many more can be asked with one press


def practice_fields(agreement: Agreement, event: Event, on: date, by: Person | None) -> Fields:
    """The fields of one event. `by` is who answers, where that decides what is asked."""
    match event:
        case Event.ASK | Event.ASK_ANOTHER:
            return _whom_to_ask(agreement, several=event is Event.ASK)
        case Event.ACCEPT:
            return _what_one_learns(agreement, by, on)
        case Event.ACCEPT_LATER:
            return {"until": day_field(_("From which day?"))} | _what_one_learns(agreement, by, on)
        case Event.DECLINE:
            return {"suggests": _suggestion(_("Somebody else who could? (if you know)"))}
        case Event.LOSE_HELPER:
            return _who_stops(agreement, by, on)
        case Event.CHECK_IN:
            learns = radio_field(_("Do you learn something new from it?"), YES_NO)
            learns.required = False
            return {
                "happens": radio_field(_("Does it happen?"), YES_NO),
                "learns": learns,
                "line": text_field(_("A line about it, if you like"), required=False),
            }
        case Event.TALK_STUCK:
            return {"line": text_field(_("What did you agree?"), rows=2)}
        case Event.TELL:
            return _what_came_of_it()
        case _:
            return {}


def told_whether_learned(form: forms.Form) -> None:
    """What does not happen teaches nothing; what does, is asked about."""
    said = form.cleaned_data
    if said.get("happens") == "no":
        said["learns"] = "no"
    elif said.get("happens") == "yes" and not said.get("learns"):
        form.add_error("learns", _("Say yes or no."))


class PeopleField(forms.CharField):
    """Several colleagues, one a line."""

    def clean(self, value: Any) -> list[Person]:
        one = PersonField(required=False)
        people = [one.clean(line) for line in super().clean(value).splitlines()]
        return [person for person in people if person is not None]


def _whom_to_ask(agreement: Agreement, *, several: bool) -> Fields:
    method = agreement.method
    role = radio_field(_("As"), HelperRole.choices)
    role.initial = method.role if method is not None else HelperRole.COLLEAGUE
    hours = forms.IntegerField(
        label=_("About how many hours, in all?"),
        min_value=1,
        max_value=500,
        required=False,
        help_text=_("It stands in the letter, so that it is easier to say yes."),
    )
    hours.initial = method.helper_hours or None if method is not None else None
    fields: Fields = {"helper": person_field(_("Whom will you ask?"))}
    if several and method is not None and method.people_to > 2:
        fields["others"] = PeopleField(
            label=_("And who else? One name a line."),
            widget=forms.Textarea(attrs={"rows": min(method.people_to - 2, MORE)}),
            required=False,
        )
    if method is None or not method.is_shared:
        fields["role"] = role
    return fields | {"hours": hours}


def _what_one_learns(agreement: Agreement, by: Person | None, on: date) -> Fields:
    if by is None or not says_what_they_learn(agreement, by, on):
        return {}
    wants = text_field(_("What do you want to learn yourself?"), length=200)
    wants.help_text = _(
        "You learn together, so you get an agreement of your own. Those you learn with read its title, too."
    )
    return {"wants": wants}


def _suggestion(label: str) -> PersonField:
    field = person_field(label)
    field.required = False
    return field


def _who_stops(agreement: Agreement, by: Person | None, on: date) -> Fields:
    """Of several helpers the two say which one; a helper speaks for themself, and may think of somebody else."""
    fields: Fields = {"reason": text_field(_("Why"))}
    if by is None or not is_one_of_the_two(agreement, by, on):
        return fields | {"suggests": _suggestion(_("Somebody else who could? (if you know)"))}
    rows = helpers_now(agreement)
    if len(rows) > 1:
        people = Person.objects.filter(pk__in=[row.person_id for row in rows])
        who = forms.ModelChoiceField(people, label=_("Who stops?"), empty_label=None, widget=forms.RadioSelect)
        return {"helper": who} | fields
    return fields


def _what_came_of_it() -> Fields:
    recommends = radio_field(_("Would you recommend it to a colleague?"), YES_NO)
    recommends.required = False
    return {
        "learned": text_field(_("What do you do differently now?"), rows=4, length=4000),
        "newness": radio_field(_("How much was new?"), Newness.choices),
        "in_use": radio_field(_("Is it used?"), InUse.choices),
        "hindrances": forms.MultipleChoiceField(
            label=_("What got in the way? (if anything)"),
            choices=Hindrance.choices,
            widget=forms.CheckboxSelectMultiple,
            required=False,
        ),
        "recommends": recommends,
        "shared": forms.BooleanField(
            label=_("Others may read it in the catalogue, without my name"), widget=forms.CheckboxInput, required=False
        ),
    }
