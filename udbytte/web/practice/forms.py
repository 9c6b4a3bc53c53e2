"""The forms of the ways of learning in practice: what somebody looks for, and what HR writes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as lazy

from udbytte.domain.method_files import TEXTS
from udbytte.models import PracticeMethod, Wish
from udbytte.web.base.fields import dress

READY = tuple(name for name in TEXTS if name.startswith("ready_"))
READ = tuple(name for name in TEXTS if name not in READY)
PEOPLE = ("role", "helper_hours", "people_from", "people_to")
LONG = ("ready_purpose", "ready_check")  # one line each in the database, and too long to be seen in one
TIMES = ("weeks", "check_in_weeks")


class WishForm(forms.Form):
    """What somebody who looks for a way thinks in; several can be ticked. What is unknown is not looked for."""

    wish = forms.MultipleChoiceField(choices=Wish.choices, required=False, widget=forms.CheckboxSelectMultiple)

    @property
    def wanted(self) -> list[str]:
        """The wishes that are ticked and known."""
        said = self["wish"].data or []
        return [wish for wish in Wish.values if wish in said]


class MethodForm(forms.ModelForm[PracticeMethod]):
    """A way's texts in both languages, and what an agreement made from it starts with."""

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
        self.fields["check_in_weeks"].help_text = lazy("Left empty, the round's rhythm counts.")
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
        """What the model says is asked by the service, which says it in the same words."""

    def _pairs(self, names: tuple[str, ...]) -> list[tuple[BoundField, BoundField]]:
        return [(self[f"{name}_da"], self[f"{name}_en"]) for name in names]

    @property
    def texts(self) -> list[tuple[BoundField, BoundField]]:
        """What people read: each text in Danish, with its translation."""
        return self._pairs(READ)

    @property
    def ready(self) -> list[tuple[BoundField, BoundField]]:
        """The agreement to start from: each text in Danish, with its translation."""
        return self._pairs(READY)

    @property
    def places(self) -> list[BoundField]:
        """What says where in the catalogue it stands, and for whom."""
        return [self["wishes"], self["changes_environment"]]

    @property
    def data_fields(self) -> list[BoundField]:
        return [self[name] for name in (*TIMES, *PEOPLE)]
