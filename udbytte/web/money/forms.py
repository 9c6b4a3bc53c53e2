"""The forms of money: budgets and spending authority of a round, deputies, funding sources and their answers."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from udbytte.domain.lifecycle import Event
from udbytte.domain.reach import END, START
from udbytte.models import Agreement, CourseKind, FundingApplication, FundingSource, Person, Round
from udbytte.models.labels import SECTOR_LABELS
from udbytte.models.money import LONGEST_ANSWER
from udbytte.services.money.authority import set_spending_authority
from udbytte.services.rounds.rounds import publish_budget, set_budget
from udbytte.web.agreements.event_forms import EventForm
from udbytte.web.base.fields import DayField, PersonField, StyledForm, UnitField, dress, radio_field, text_field

MOST_OF_BUDGET = 1_000_000_000  # kroner
MOST_OF_GRANT = 10_000_000  # kroner
AS_ABOVE, DISPOSES, NOMINATES = "", "disposes", "nominates"


class _UnitForm(StyledForm):
    unit = UnitField(label=lazy("Unit"), help_text=lazy("A part of its name, or its path."))


class BudgetForm(_UnitForm):
    """A unit's amount in the round."""

    amount = forms.IntegerField(label=lazy("Amount in kroner"), min_value=0, max_value=MOST_OF_BUDGET)

    def save(self, round_: Round, *, by: Person, on: date) -> None:
        """Set the amount and publish it. Raises Refused."""
        budget = set_budget(round_, self.cleaned_data["unit"], self.cleaned_data["amount"], by=by, on=on)
        publish_budget(budget, by=by, on=on)


class AuthorityForm(_UnitForm):
    """The spending authority of the managers of a unit."""

    mode = forms.ChoiceField(
        label=lazy("The managers there"),
        choices=[
            (DISPOSES, lazy("decide alone, up to the limits")),
            (NOMINATES, lazy("nominate: the budget owner decides on every course")),
            (AS_ABOVE, lazy("do as the unit above")),
        ],
        initial=DISPOSES,
        required=False,
        widget=forms.RadioSelect,
    )
    per_course = forms.IntegerField(
        label=lazy("At most for one course, in kroner"), min_value=0, max_value=MOST_OF_BUDGET, required=False
    )
    per_year = forms.IntegerField(
        label=lazy("At most in the round, in kroner"), min_value=0, max_value=MOST_OF_BUDGET, required=False
    )

    def save(self, round_: Round, *, by: Person, on: date) -> None:
        """Set the spending authority. Raises Refused."""
        form_data = self.cleaned_data
        disposes = None if form_data["mode"] == AS_ABOVE else form_data["mode"] == DISPOSES
        limits = {"per_course": form_data["per_course"], "per_year": form_data["per_year"]}
        set_spending_authority(round_, form_data["unit"], disposes=disposes, **limits, by=by, on=on)


class DeputyForm(StyledForm):
    """A deputy, with the first and the last day."""

    deputy = PersonField(
        label=lazy("Who approves courses while you are away"), help_text=lazy("Write a name and choose.")
    )
    starts_on = DayField(label=lazy("First day"), reach=START)
    ends_on = DayField(label=lazy("Last day"), reach=END)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deputy"].widget.attrs |= {"list": "colleagues", "autocomplete": "off"}


READY_REASONS = {
    "funding": lazy("The budget cannot pay it now. Apply for external funding first; then it can be nominated again."),
    "next_round": lazy("There is no money for it in this round. Take it up again in the next one."),
}


class RefuseNominationForm(EventForm):
    """A no to a nomination: one of the ready reasons, which name a way on, or the budget owner's own."""

    def __init__(self, agreement: Agreement, on: date, data: Any = None) -> None:
        super().__init__(agreement, Event.REFUSE, on, data)

    def _facts(self, agreement: Agreement, event: Event, on: date, by: Person | None) -> dict[str, forms.Field]:
        ready = radio_field(_("Why"), [*READY_REASONS.items(), ("", _("For another reason:"))])
        ready.required = False
        return {"ready": ready, "reason": text_field(_("The reason in your own words"), required=False)}

    def clean(self) -> dict[str, Any]:
        cleaned_data = super().clean()
        ready = READY_REASONS.get(cleaned_data.get("ready") or "")
        words = [str(ready) if ready is not None else "", cleaned_data.get("reason") or ""]
        cleaned_data["reason"] = " ".join(filter(None, words))
        if not cleaned_data["reason"]:
            self.add_error("reason", _("Fill this in."))
        return cleaned_data

    def facts(self) -> dict[str, Any]:
        return {"reason": self.cleaned_data["reason"]}


class BillForm(StyledForm):
    """The decision about a bill above what was granted."""

    answer = forms.CharField(label=lazy("Why"), max_length=LONGEST_ANSWER, required=False)


class SourceForm(forms.ModelForm[FundingSource]):
    """The facts about a funding source, which HR writes."""

    kinds = forms.MultipleChoiceField(
        label=lazy("For which courses"), choices=CourseKind.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    sectors = forms.MultipleChoiceField(
        label=lazy("For which employers (none: all)"),
        choices=list(SECTOR_LABELS.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    url = forms.URLField(label=lazy("Link"), max_length=500, required=False, assume_scheme="https")

    class Meta:
        model = FundingSource
        fields = (
            *("name", "sectors", "limit", "limit_per_da", "limit_per_en", "own_share", "applicant", "kinds"),
            *("pays_wages", "least_price", "earliest_days", "latest_days", "conditions_da", "conditions_en"),
            *("asks_da", "asks_en", "url", "source", "facts_of", "hidden"),
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self)
        for field in self.fields.values():
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 3

    def _post_clean(self) -> None:
        """The service validates the model, so that an error is not reported twice."""


class WaitForm(StyledForm):
    """When whoever has an application is asked again for the fund's answer."""

    until = DayField(label=lazy("Until when?"), reach=START)


class AnswerForm(StyledForm):
    """The answer of a funding source to an application. `yes`: something is granted, so the amount is needed."""

    use_required_attribute = False  # "no" is sent by another button of the same form

    granted = forms.IntegerField(
        label=lazy("Granted, in kroner"),
        min_value=1,
        max_value=MOST_OF_GRANT,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value"), lazy("Write how much was granted, in whole kroner.")
        ),
    )
    answer = forms.CharField(label=lazy("What they answered"), max_length=LONGEST_ANSWER, required=False)

    def __init__(self, application: FundingApplication, data: Any = None, *, yes: bool = False) -> None:
        amount = application.granted_amount or application.amount
        initial = {"granted": amount, "answer": application.answer}
        super().__init__(data, initial=initial, auto_id=f"application{application.pk}_%s")
        self.fields["granted"].required = yes
