"""The forms of practice methods, of offers of help and of a helper's check-in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as lazy

from udbytte.domain.practice.method_files import TEXTS
from udbytte.domain.reach import END
from udbytte.models import PracticeMethod, Wish
from udbytte.web.base.fields import YES_NO, DayField, StyledForm, dress

READY = tuple(name for name in TEXTS if name.startswith("ready_"))
READ = tuple(name for name in TEXTS if name not in READY)
PEOPLE = ("role", "helper_hours", "people_from", "people_to")
LONG = ("ready_purpose", "ready_if_then", "ready_check")  # shown in more than one line
TIMES = ("weeks", "check_in_weeks")


class WishForm(forms.Form):
    """A search by wishes; several can be ticked. Unknown wishes are ignored."""

    wish = forms.MultipleChoiceField(choices=Wish.choices, required=False, widget=forms.CheckboxSelectMultiple)

    @property
    def wanted(self) -> list[str]:
        """The wishes that are ticked and known."""
        ticked = self["wish"].data or []
        return [wish for wish in Wish.values if wish in ticked]


class MethodForm(forms.ModelForm[PracticeMethod]):
    """The texts of a practice method in both languages, and what an agreement about it starts with."""

    wishes = forms.MultipleChoiceField(
        label=lazy("What it fits"), choices=Wish.choices, required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = PracticeMethod
        fields = (
            *(f"{name}_{language}" for name in TEXTS for language in ("da", "en")),
            *(*TIMES, *PEOPLE, "wishes", "changes_environment"),
        )

    def __init__(self, data: Any = None, *, instance: PracticeMethod) -> None:
        super().__init__(data, auto_id="way_%s", instance=instance)
        for name in LONG:
            for language in ("da", "en"):
                self.fields[f"{name}_{language}"].widget = forms.Textarea()
        dress(self)
        self.fields["check_in_weeks"].help_text = lazy("Leave blank to use the round's interval.")
        self.fields["helper_hours"].help_text = lazy("0: nobody is asked to help.")
        for name, field in self.fields.items():
            field.widget.attrs.pop("required", None)
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 2 if name.startswith(("summary", "length", "ready_")) else 4
            if name.endswith("_en"):
                field.widget.attrs["lang"] = "en"
            elif name.endswith("_da"):
                field.widget.attrs["lang"] = "da"
        for name in ("name_da", "summary_da"):
            self.fields[name].required = True

    def _post_clean(self) -> None:
        """The service validates the model, so that an error is not reported twice."""

    def _pairs(self, names: tuple[str, ...]) -> list[tuple[BoundField, BoundField]]:
        return [(self[f"{name}_da"], self[f"{name}_en"]) for name in names]

    @property
    def texts(self) -> list[tuple[BoundField, BoundField]]:
        """The texts of the method, each in Danish with its translation."""
        return self._pairs(READ)

    @property
    def ready(self) -> list[tuple[BoundField, BoundField]]:
        """The texts of the ready agreement, each in Danish with its translation."""
        return self._pairs(READY)

    @property
    def places(self) -> list[BoundField]:
        """The fields by which the method is found in the catalogue."""
        return [self["wishes"], self["changes_environment"]]

    @property
    def data_fields(self) -> list[BoundField]:
        return [self[name] for name in (*TIMES, *PEOPLE)]


class HelperCheckInForm(forms.Form):
    """A helper's answer to a check-in."""

    happens = forms.ChoiceField(label=lazy("Does it happen?"), choices=YES_NO, widget=forms.RadioSelect)
    learns = forms.ChoiceField(
        label=lazy("Does your colleague learn something new from it?"),
        choices=YES_NO,
        widget=forms.RadioSelect,
        required=False,
    )
    line = forms.CharField(label=lazy("A line about it, if you like"), max_length=300, required=False)

    def answers(self) -> dict[str, Any]:
        """The answers for `answer_as_helper`; `learns` is None where it was left open."""
        chosen = self.cleaned_data
        learns = chosen["learns"] == "yes" if chosen["learns"] else None
        return {"happens": chosen["happens"] == "yes", "learns": learns, "line": chosen["line"]}


class OfferForm(StyledForm):
    """An offer of help: with what, for how many at a time, and until when."""

    what = forms.CharField(
        label=lazy("What can you help with?"),
        max_length=200,
        help_text=lazy("Everybody who works here can find it. For example, “help with difficult talks”."),
    )
    method = forms.ModelChoiceField(
        PracticeMethod.objects.filter(hidden=False),
        label=lazy("In which way?"),
        required=False,
        empty_label=lazy("any"),
    )
    at_most = forms.IntegerField(label=lazy("How many at a time, at most?"), min_value=1, max_value=10, initial=1)
    until = DayField(label=lazy("Until when? (blank: until you withdraw it)"), reach=END, required=False)
