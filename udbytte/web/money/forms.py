"""The forms of money: budgets and spending authority of a round, deputies, funding sources and their answers."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as lazy

from udbytte.domain.reach import END, START
from udbytte.models import CourseKind, FundingApplication, FundingSource, Person, Round
from udbytte.models.money import LONGEST_FUND_ANSWER
from udbytte.services.money.authority import set_spending_authority
from udbytte.services.rounds.rounds import publish_budget, set_budget
from udbytte.web.base.fields import DayField, PersonField, StyledForm, UnitField, dress

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

    deputy = PersonField(label=lazy("Who settles the money in your place"), help_text=lazy("Write a name and choose."))
    starts_on = DayField(label=lazy("First day"), reach=START)
    ends_on = DayField(label=lazy("Last day"), reach=END)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deputy"].widget.attrs |= {"list": "colleagues", "autocomplete": "off"}


class SourceForm(forms.ModelForm[FundingSource]):
    """The facts about a funding source, which HR writes."""

    kinds = forms.MultipleChoiceField(
        label=lazy("For which courses"), choices=CourseKind.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    url = forms.URLField(label=lazy("Link"), max_length=500, required=False, assume_scheme="https")

    class Meta:
        model = FundingSource
        fields = (
            *("name", "limit", "limit_per_da", "limit_per_en", "applicant", "kinds", "pays_wages", "least_price"),
            *("earliest_days", "latest_days", "conditions_da", "conditions_en", "url", "source", "facts_of", "hidden"),
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self)
        for field in self.fields.values():
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 3

    def _post_clean(self) -> None:
        """The service validates the model, so that an error is not reported twice."""


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
    answer = forms.CharField(label=lazy("What they answered"), max_length=LONGEST_FUND_ANSWER, required=False)

    def __init__(self, application: FundingApplication, data: Any = None, *, yes: bool = False) -> None:
        amount = application.granted_amount or application.amount
        initial = {"granted": amount, "answer": application.answer}
        super().__init__(data, initial=initial, auto_id=f"application{application.pk}_%s")
        self.fields["granted"].required = yes
