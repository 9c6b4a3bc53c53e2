"""One form for each event of an agreement, with the facts that it needs."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.db.models import Q, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from udbytte.ground.clock import today

from ..domain.lifecycle import Event, Kind
from ..models import Agreement, HelperRole, InUse, Newness, Person, Unit
from ..models.agreements import DROP_LABELS, KIND_LABELS
from ..queries.suggestions import suggestions_for
from ..queries.units import find_units, labels_of_units
from ..services.attachments import MOST_BYTES, found_type
from ..services.consequences import terms_of
from ..services.errors import Refused
from .choosing import RunField
from .words import day, kroner

YES_NO = [("yes", lazy("yes")), ("no", lazy("no"))]


# What is ticked or hidden is no field to write in.
PLAIN = (forms.RadioSelect, forms.CheckboxInput, forms.CheckboxSelectMultiple, forms.HiddenInput)


def dress(form: forms.BaseForm) -> None:
    """Give the fields to write in and to choose from their look."""
    for field in form.fields.values():
        if not isinstance(field.widget, PLAIN):
            field.widget.attrs["class"] = "ds-input"


class StyledForm(forms.Form):
    """A form whose controls look like those of the design system."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self)


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class PersonField(forms.CharField):
    """A colleague, written as name with number (from the list of suggestions), as e-mail, or as a name of one only."""

    def clean(self, value: Any) -> Person | None:
        text = super().clean(value)
        if not text:
            return None
        number = re.search(r"#(\d+)\s*$", text)
        named = Q(full_name__iexact=" ".join(text.split())) | Q(email__iexact=text.strip())
        people = Person.objects.annotate(full_name=Concat("given_name", Value(" "), "family_name"))
        found = list(people.filter(Q(pk=int(number[1])) if number else named, is_active=True)[:2])
        if len(found) > 1:
            raise forms.ValidationError(_("Several have that name. Choose one from the list, or write a work e-mail."))
        if not found:
            raise forms.ValidationError(_("Choose somebody from the list, or write a work e-mail."))
        return found[0]


SHOWN_UNITS = 5


class UnitField(forms.CharField):
    """A unit, written as its path (from the list of suggestions) or as a part of it that fits no other."""

    widget = forms.TextInput(attrs={"list": "units", "autocomplete": "off"})

    def clean(self, value: Any) -> Unit | None:
        text = super().clean(value)
        if not text:
            return None
        labels = labels_of_units(today())
        found = find_units(text, labels)
        if not found:
            raise forms.ValidationError(_("No unit fits. Write a part of its name, or choose from the list."))
        if len(found) > 1:
            some = "; ".join([labels[pk] for pk in found[:SHOWN_UNITS]] + (["…"] if len(found) > SHOWN_UNITS else []))
            words = {"count": len(found), "units": some}
            raise forms.ValidationError(_("%(count)s units fit: %(units)s. Write more of the path.") % words)
        return Unit.objects.get(pk=found[0])


def _radio(label: Any, choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect)


def _text(label: Any, *, rows: int = 0, required: bool = True, length: int = 300) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    return forms.CharField(label=label, widget=widget, required=required, max_length=length)


def _day(label: Any, required: bool = True) -> forms.DateField:
    return forms.DateField(label=label, widget=DayInput(), required=required)


def _price(label: Any, required: bool = True) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=10_000_000, required=required)


class FileField(forms.FileField):
    """A PDF or a picture of at most 5 MB; never required."""

    def __init__(self, label: Any) -> None:
        accept = ".pdf,.jpg,.jpeg,.png,.webp,.heic"
        super().__init__(
            label=label,
            required=False,
            help_text=_("PDF or picture, at most 5 MB."),
            widget=forms.FileInput(attrs={"accept": accept}),
        )

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if not file:
            return None
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 5 MB."))
        try:
            found_type(file.read(64))
        except Refused as refused:
            raise forms.ValidationError(refused.message) from None
        file.seek(0)
        return file


def _cost(agreement: Agreement, on: date) -> forms.IntegerField:
    """What giving the seat back costs, filled in by the run's terms and said in words."""
    terms = terms_of(agreement, on)
    field = _price(_("What it costs, in kroner"), required=False)
    field.initial = terms.cost
    if terms.free_until is None:
        field.help_text = _("No day is known until which it is free. Look at the provider's terms.")
    elif on <= terms.free_until:
        field.help_text = _("It is free until %(day)s.") % {"day": day(terms.free_until, on)}
    else:
        words = {"day": day(terms.free_until, on), "cost": kroner(terms.cost)}
        field.help_text = _("It was free until %(day)s; now it costs %(cost)s.") % words
    return field


def _person(label: Any) -> PersonField:
    attrs = {"list": "colleagues", "autocomplete": "off"}
    return PersonField(label=label, widget=forms.TextInput(attrs=attrs), help_text=lazy("Write a name and choose."))


class EventForm(forms.Form):
    """The facts of one event. `turn` tells a stale page from a fresh one."""

    turn = forms.IntegerField(widget=forms.HiddenInput)
    event = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, agreement: Agreement, event: Event, on: date, data: Any = None, files: Any = None) -> None:
        initial = {"turn": agreement.turn, "event": event.value, "price": agreement.estimated_price}
        super().__init__(data, files, prefix=None, auto_id=f"{event.value}_%s", initial=initial)
        self.chosen = event
        for name, field in self._facts(agreement, event, on).items():
            self.fields[name] = field
        dress(self)

    def _facts(self, agreement: Agreement, event: Event, on: date) -> dict[str, forms.Field]:
        match event:
            case Event.CHOOSE_RUN:
                return {"run": RunField(suggestions_for(agreement, on), on)}
            case Event.FUND:
                return {"price": _price(_("Price in kroner, ex VAT"))}
            case Event.NOMINATE:
                return {
                    "price": _price(_("Price in kroner, ex VAT")),
                    "reason": _text(_("Why this course"), rows=3, length=2000),
                }
            case Event.GRANT:
                return {"answer": _text(_("A word to the manager"), required=False)}
            case Event.REFUSE | Event.LOSE_RUN | Event.LOSE_SEAT | Event.LOSE_HELPER:
                return {"reason": _text(_("Why"))}
            case Event.REGISTER | Event.CONFIRM_SEAT:
                return {
                    "reference": _text(_("Reference number, if there is one"), required=False, length=60),
                    "file": FileField(_("The provider's confirmation, if you have it")),
                }
            case Event.CANCEL_SEAT:
                return {"reason": _text(_("Why")), "cost": _cost(agreement, on)}
            case Event.NOT_GONE:
                cost = _price(_("What it costs all the same, in kroner"), required=False)
                cost.help_text = _(
                    "Leave it empty if you do not know: the whole price is counted until the bill comes."
                )
                return {"reason": _text(_("Why")), "cost": cost}
            case Event.PRICE:
                return {"actual_price": _price(_("What it cost in the end, in kroner, ex VAT"))}
            case Event.USE:
                return {"line": _text(_("What did you use it for?"), required=False)}
            case Event.NEED_NOBODY:
                return {"reason": _text(_("Why nobody is needed"))}
            case Event.GO:
                return {
                    "went": _radio(_("Did you take part?"), [("yes", _("all of it")), ("partly", _("part of it"))]),
                    "reason": _text(_("If only part of it: what came in the way?"), required=False),
                    "actual_price": _price(_("What it cost in the end, in kroner (if you know)"), required=False),
                    "file": FileField(_("Proof of attendance, if you got one")),
                }
            case Event.ASK:
                return {"helper": _person(_("Whom will you ask?")), "role": _radio(_("As"), HelperRole.choices)}
            case Event.CHECK_IN:
                return {
                    "happens": _radio(_("Does it happen?"), YES_NO),
                    "learns": _radio(_("Do you learn something new from it?"), YES_NO),
                    "line": _text(_("A line about it, if you like"), required=False),
                }
            case Event.TELL:
                return {
                    "learned": _text(_("What do you do differently now?"), rows=4, length=4000),
                    "newness": _radio(_("How much was new?"), Newness.choices),
                    "in_use": _radio(_("Is it used?"), InUse.choices),
                }
            case Event.POSTPONE:
                return {"until": _day(_("New date")), "reason": _text(_("Why"))}
            case Event.PAUSE:
                return {"until": _day(_("Back on"))}
            case Event.PROPOSE_DROP:
                return {
                    "reason": forms.ChoiceField(label=_("Why"), choices=[(k.value, v) for k, v in DROP_LABELS.items()]),
                    "note": _text(_("A word about it, if you like"), required=False),
                }
            case Event.HAND_OVER:
                return {"owner": _person(_("To whom?"))}
            case Event.REPLACE:
                return {
                    "title": _text(_("What is agreed instead"), length=200),
                    "kind": _radio(_("Kind"), [(k.value, v) for k, v in KIND_LABELS.items()]),
                    "planned_from": _day(_("Planned from")),
                    "planned_to": _day(_("Planned to")),
                }
            case _:
                return {}

    def facts(self) -> dict[str, Any]:
        """What was told, ready for `take_step`; yes and no as True and False."""
        beside = ("turn", "event", "file")
        facts = {name: value for name, value in self.cleaned_data.items() if name not in beside}
        for name in ("happens", "learns"):
            if name in facts:
                facts[name] = facts[name] == "yes"
        if "kind" in facts:
            facts["kind"] = Kind(facts["kind"])
        return {name: value for name, value in facts.items() if value not in (None, "")}

    def told_file(self) -> tuple[str, bytes] | None:
        """The name and content of the file that came with the answer."""
        file = self.cleaned_data.get("file")
        return (file.name or "", file.read()) if file else None


class NewRunForm(forms.Form):
    """A course that is not in the catalogue, entered from its page in a minute."""

    turn = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(label=lazy("Title"), max_length=250)
    url = forms.URLField(label=lazy("Link to the course"), max_length=500, assume_scheme="https")
    provider = forms.CharField(label=lazy("Provider"), max_length=200, required=False)
    starts_on = forms.DateField(label=lazy("First day"), widget=DayInput())
    ends_on = forms.DateField(label=lazy("Last day"), widget=DayInput())
    signup_deadline = forms.DateField(label=lazy("Sign-up deadline"), widget=DayInput(), required=False)
    place = forms.CharField(label=lazy("Place"), max_length=200, required=False)
    price = forms.IntegerField(label=lazy("Price in kroner, ex VAT"), min_value=0, max_value=10_000_000)

    def __init__(self, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, auto_id="new_run_%s", initial=initial)
        dress(self)
