"""One form for each event of an agreement, with the facts that the event needs."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from udbytte.access.agreements import is_one_of_the_two
from udbytte.domain.lifecycle import Event, Kind
from udbytte.domain.reach import BEGUN, BEGUN_END, END
from udbytte.models import Agreement, HelperRole, Hindrance, InUse, Newness, Person
from udbytte.models.formatting import day, kroner
from udbytte.models.labels import DROP_LABELS, KIND_LABELS
from udbytte.queries.courses.suggestions import suggestions_for
from udbytte.services.agreements.consequences import cancellation_terms_of
from udbytte.services.practice.helping import current_helpers
from udbytte.services.practice.learning_partners import joins_as_learner
from udbytte.web.base.fields import (
    YES_NO,
    FileField,
    PersonField,
    day_field,
    dress,
    person_field,
    price_field,
    radio_field,
    text_field,
)
from udbytte.web.courses.choose_run import RunField

Fields = dict[str, forms.Field]
MORE = 4  # so many more can be asked with one press


def practice_fields(agreement: Agreement, event: Event, on: date, by: Person | None) -> Fields:
    """The fields of one event of a practice agreement. `by` is the person who answers; some fields depend on it."""
    match event:
        case Event.ASK | Event.ASK_ANOTHER:
            return _whom_to_ask(agreement, several=event is Event.ASK)
        case Event.ACCEPT:
            return _what_one_learns(agreement, by, on)
        case Event.ACCEPT_LATER:
            return {"until": day_field(_("From which day?"))} | _what_one_learns(agreement, by, on)
        case Event.DECLINE:
            return {"suggests": _suggestion(_("Do you know someone else who could?"))}
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
        case Event.REPORT_OUTCOME:
            return _what_came_of_it()
        case _:
            return {}


def complete_check_in(form: forms.Form) -> None:
    """If it does not happen, nothing is learned. If it happens, that question may stay unanswered."""
    if form.cleaned_data.get("happens") == "no":
        form.cleaned_data["learns"] = "no"


class PeopleField(forms.CharField):
    """Several colleagues, one on each line."""

    def clean(self, value: Any) -> list[Person]:
        field = PersonField(required=False)
        people = [field.clean(line) for line in super().clean(value).splitlines()]
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
        help_text=_("It is in the email, so that it is easier to say yes."),
    )
    hours.initial = method.helper_hours or None if method is not None else None
    fields: Fields = {"helper": person_field(_("Who will you ask?"))}
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
    if by is None or not joins_as_learner(agreement, by, on):
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
    """The employee or manager says which of several helpers stops. A helper who stops may suggest somebody else."""
    fields: Fields = {"reason": text_field(_("Why"))}
    if by is None or not is_one_of_the_two(agreement, by, on):
        return fields | {"suggests": _suggestion(_("Do you know someone else who could?"))}
    rows = current_helpers(agreement)
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


def _cost(agreement: Agreement, on: date) -> forms.IntegerField:
    """What it costs to give the seat back; the terms of the course date fill it in and explain it."""
    terms = cancellation_terms_of(agreement, on)
    field = price_field(_("What it costs, in kroner"), required=False)
    field.initial = terms.cost
    if terms.free_until is None:
        field.help_text = _("We don't know until when cancellation is free. Look at the provider's terms.")
    elif on <= terms.free_until:
        field.help_text = _("It is free until %(day)s.") % {"day": day(terms.free_until, on)}
    else:
        words = {"day": day(terms.free_until, on), "cost": kroner(terms.cost)}
        field.help_text = _("It was free until %(day)s. It costs %(cost)s now.") % words
    return field


def _price_of_decision(agreement: Agreement) -> Fields:
    """The price that is decided about; with a field for why it is not the course date's own, where that is known."""
    fields: Fields = {"price": price_field(_("Price in kroner, ex VAT"))}
    if agreement.run is not None and agreement.run.cost is not None:
        why = text_field(_("Why the price is another than in the catalogue"), required=False)
        why.help_text = _("Only if it is: %(price)s in the catalogue") % {"price": kroner(agreement.run.cost)}
        fields["price_reason"] = why
    return fields


def _is_own(agreement: Agreement, by: Person | None) -> bool:
    """Whether the employee is the one who answers."""
    return by is None or by.pk == agreement.employee_id


YES_OR_NO = ("happens", "learns", "recommends", "goes_on")


def _from_outside(agreement: Agreement) -> dict[str, forms.Field]:
    """If a fund has granted money: what it pays of a seat that is not used."""
    if not agreement.granted_outside:
        return {}
    return {"from_outside": price_field(_("What the fund pays of it all the same, in kroner"), required=False)}


class EventForm(forms.Form):
    """The facts of one event. `turn` shows whether the page was stale when it was sent."""

    turn = forms.IntegerField(widget=forms.HiddenInput)
    event = forms.CharField(widget=forms.HiddenInput)

    def __init__(
        self,
        agreement: Agreement,
        event: Event,
        on: date,
        data: Any = None,
        files: Any = None,
        *,
        by: Person | None = None,
    ) -> None:
        initial = {"turn": agreement.turn, "event": event.value, "price": agreement.estimated_price}
        super().__init__(data, files, prefix=None, auto_id=f"{event.value}_%s", initial=initial)
        self.chosen = event
        for name, field in self._facts(agreement, event, on, by).items():
            self.fields[name] = field
        dress(self)

    def _facts(self, agreement: Agreement, event: Event, on: date, by: Person | None) -> dict[str, forms.Field]:
        match event:
            case Event.CHOOSE_RUN:
                return {"run": RunField(suggestions_for(agreement, on), on)}
            case Event.FUND:
                return _price_of_decision(agreement)
            case Event.NOMINATE:
                return {
                    **_price_of_decision(agreement),
                    "reason": text_field(_("Why this course"), rows=3, length=2000),
                }
            case Event.GRANT:
                return {"answer": text_field(_("A word to the manager"), required=False)}
            case Event.REFUSE | Event.LOSE_RUN | Event.LOSE_SEAT:
                return {"reason": text_field(_("Why"))}
            case Event.REGISTER | Event.CONFIRM_SEAT:
                return {
                    "reference": text_field(_("Reference number, if there is one"), required=False, length=60),
                    "file": FileField(_("The provider's confirmation, if you have it")),
                }
            case Event.CANCEL_SEAT:
                return {"reason": text_field(_("Why")), "cost": _cost(agreement, on), **_from_outside(agreement)}
            case Event.NOT_GONE:
                cost = price_field(_("What it costs all the same, in kroner"), required=False)
                cost.help_text = _(
                    "Leave it blank if you do not know. The whole price is counted until the bill comes."
                )
                return {"reason": text_field(_("Why")), "cost": cost, **_from_outside(agreement)}
            case Event.PRICE:
                return {"actual_price": price_field(_("Final cost in kroner, ex VAT"))}
            case Event.USE:
                asks = _("What did you use it for?") if _is_own(agreement, by) else _("What was it used for?")
                return {"line": text_field(asks, required=False)}
            case Event.NEED_NOBODY:
                return {"reason": text_field(_("Why nobody is needed"))}
            case Event.GO:
                words = {"who": agreement.employee.short_name}
                asks = _("Did you take part?") if _is_own(agreement, by) else _("Did %(who)s take part?") % words
                return {
                    "went": radio_field(asks, [("yes", _("all of it")), ("partly", _("part of it"))]),
                    "reason": text_field(_("If only part of it: What got in the way?"), required=False),
                    "actual_price": price_field(_("Final cost in kroner (if you know)"), required=False),
                    "file": FileField(_("Proof of attendance, if there is one")),
                }
            case Event.POSTPONE:
                return {"until": day_field(_("New date")), "reason": text_field(_("Why"))}
            case Event.PAUSE:
                return {"until": day_field(_("Back on"))}
            case Event.PROPOSE_DROP:
                return {
                    "reason": forms.ChoiceField(label=_("Why"), choices=[(k.value, v) for k, v in DROP_LABELS.items()]),
                    "note": text_field(_("A word about it, if you like"), required=False),
                }
            case Event.HAND_OVER:
                return {"owner": person_field(_("To whom?"))}
            case Event.ASK_CHEAPER:
                return {"reason": text_field(_("At what price, or when?"), required=False)}
            case Event.MIDWAY:
                return {
                    "goes_on": radio_field(_("Does the course go on?"), YES_NO),
                    "line": text_field(_("A line about it, if you like"), required=False),
                }
            case Event.PROPOSE_REPLACE:
                return {
                    "title": text_field(_("What is agreed instead"), length=200),
                    "kind": radio_field(_("Kind"), [(k.value, v) for k, v in KIND_LABELS.items()]),
                    "planned_from": day_field(_("Planned from")),
                    "planned_to": day_field(_("Planned to"), reach=END),
                }
            case _:
                return practice_fields(agreement, event, on, by)

    def clean(self) -> dict[str, Any]:
        cleaned_data = super().clean() or {}
        if self.chosen is Event.CHECK_IN:
            complete_check_in(self)
        return cleaned_data

    def facts(self) -> dict[str, Any]:
        """The facts for `take_step`; yes and no as True and False. Empty facts are left out."""
        other_fields = ("turn", "event", "file")
        facts = {name: value for name, value in self.cleaned_data.items() if name not in other_fields}
        for name in YES_OR_NO:
            if facts.get(name):
                facts[name] = facts[name] == "yes"
        if "kind" in facts:
            facts["kind"] = Kind(facts["kind"])
        return {name: value for name, value in facts.items() if value not in (None, "", [])}

    def uploaded_file(self) -> tuple[str, bytes] | None:
        """The name and content of the file that came with the answer."""
        file = self.cleaned_data.get("file")
        return (file.name or "", file.read()) if file else None


class NewRunForm(forms.Form):
    """A course that is not in the catalogue, entered from the provider's page."""

    turn = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(label=lazy("Title"), max_length=250)
    url = forms.URLField(label=lazy("Link to the course"), max_length=500, assume_scheme="https")
    provider = forms.CharField(label=lazy("Provider"), max_length=200, required=False)
    starts_on = day_field(lazy("First day"), reach=BEGUN)
    ends_on = day_field(lazy("Last day"), reach=BEGUN_END)
    signup_deadline = day_field(lazy("Sign-up deadline"), required=False, reach=BEGUN)
    place = forms.CharField(label=lazy("Place"), max_length=200, required=False)
    price = forms.IntegerField(label=lazy("Price in kroner, ex VAT"), min_value=0, max_value=10_000_000)

    def __init__(self, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, auto_id="new_run_%s", initial=initial)
        dress(self)
