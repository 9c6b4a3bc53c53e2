"""One form for each event of an agreement, with the facts that it needs."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ..domain.lifecycle import Event, Kind
from ..domain.reach import BEGUN, BEGUN_END, END
from ..models import Agreement, Person
from ..models.agreements import DROP_LABELS, KIND_LABELS
from ..queries.suggestions import suggestions_for
from ..services.consequences import terms_of
from .choosing import RunField
from .fields import (
    FileField,
    day_field,
    dress,
    person_field,
    price_field,
    radio_field,
    text_field,
)
from .practice_forms import practice_fields, told_whether_learned
from .words import day, kroner


def _cost(agreement: Agreement, on: date) -> forms.IntegerField:
    """What giving the seat back costs, filled in by the run's terms and said in words."""
    terms = terms_of(agreement, on)
    field = price_field(_("What it costs, in kroner"), required=False)
    field.initial = terms.cost
    if terms.free_until is None:
        field.help_text = _("No day is known until which it is free. Look at the provider's terms.")
    elif on <= terms.free_until:
        field.help_text = _("It is free until %(day)s.") % {"day": day(terms.free_until, on)}
    else:
        words = {"day": day(terms.free_until, on), "cost": kroner(terms.cost)}
        field.help_text = _("It was free until %(day)s; now it costs %(cost)s.") % words
    return field


YES_OR_NO = ("happens", "learns", "recommends")


def _from_outside(agreement: Agreement) -> dict[str, forms.Field]:
    """Where money was granted from outside: whether the source pays some of a seat that is not used."""
    if not agreement.granted_outside:
        return {}
    return {"from_outside": price_field(_("What the fund pays of it all the same, in kroner"), required=False)}


class EventForm(forms.Form):
    """The facts of one event. `turn` tells a stale page from a fresh one."""

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
                return {"price": price_field(_("Price in kroner, ex VAT"))}
            case Event.NOMINATE:
                return {
                    "price": price_field(_("Price in kroner, ex VAT")),
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
                    "Leave it empty if you do not know: the whole price is counted until the bill comes."
                )
                return {"reason": text_field(_("Why")), "cost": cost, **_from_outside(agreement)}
            case Event.PRICE:
                return {"actual_price": price_field(_("What it cost in the end, in kroner, ex VAT"))}
            case Event.USE:
                return {"line": text_field(_("What did you use it for?"), required=False)}
            case Event.NEED_NOBODY:
                return {"reason": text_field(_("Why nobody is needed"))}
            case Event.GO:
                return {
                    "went": radio_field(
                        _("Did you take part?"), [("yes", _("all of it")), ("partly", _("part of it"))]
                    ),
                    "reason": text_field(_("If only part of it: what came in the way?"), required=False),
                    "actual_price": price_field(_("What it cost in the end, in kroner (if you know)"), required=False),
                    "file": FileField(_("Proof of attendance, if you got one")),
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
            case Event.REPLACE:
                return {
                    "title": text_field(_("What is agreed instead"), length=200),
                    "kind": radio_field(_("Kind"), [(k.value, v) for k, v in KIND_LABELS.items()]),
                    "planned_from": day_field(_("Planned from")),
                    "planned_to": day_field(_("Planned to"), reach=END),
                }
            case _:
                return practice_fields(agreement, event, on, by)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if self.chosen is Event.CHECK_IN:
            told_whether_learned(self)
        return said

    def facts(self) -> dict[str, Any]:
        """What was told, ready for `take_step`; yes and no as True and False."""
        beside = ("turn", "event", "file")
        facts = {name: value for name, value in self.cleaned_data.items() if name not in beside}
        for name in YES_OR_NO:
            if facts.get(name):
                facts[name] = facts[name] == "yes"
        if "kind" in facts:
            facts["kind"] = Kind(facts["kind"])
        return {name: value for name, value in facts.items() if value not in (None, "", [])}

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
    starts_on = day_field(lazy("First day"), reach=BEGUN)
    ends_on = day_field(lazy("Last day"), reach=BEGUN_END)
    signup_deadline = day_field(lazy("Sign-up deadline"), required=False, reach=BEGUN)
    place = forms.CharField(label=lazy("Place"), max_length=200, required=False)
    price = forms.IntegerField(label=lazy("Price in kroner, ex VAT"), min_value=0, max_value=10_000_000)

    def __init__(self, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, auto_id="new_run_%s", initial=initial)
        dress(self)
