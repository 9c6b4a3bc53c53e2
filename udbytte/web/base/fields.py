"""Form fields for people, units, days and files, and how fields look and become HTML."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import Q
from django.forms.renderers import DjangoTemplates
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from udbytte.domain.reach import START, Reach
from udbytte.models import Person, Unit
from udbytte.queries.people.names import people_called
from udbytte.queries.people.units import find_units, labels_of_units
from udbytte.runtime.clock import today
from udbytte.services.agreements.attachments import MOST_BYTES, detect_type
from udbytte.services.errors import OutOfReach, Refused

YES_NO = [("yes", lazy("yes")), ("no", lazy("no"))]


# These widgets are ticked or hidden; they do not get the look of a field to write in.
PLAIN = (forms.RadioSelect, forms.CheckboxInput, forms.CheckboxSelectMultiple, forms.HiddenInput)


def dress(form: forms.BaseForm) -> None:
    """Give the fields of a form the look of the design system."""
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


class Within:
    """Refuses a day that lies outside its reach from today, and says which days are possible."""

    def __init__(self, reach: Reach) -> None:
        self.reach = reach

    def __call__(self, value: date | datetime) -> None:
        day, on = value.date() if isinstance(value, datetime) else value, today()
        if not self.reach.holds(day, on):
            raise forms.ValidationError(OutOfReach(self.reach, on).message)


class DayField(forms.DateField):
    """A day within reach of today."""

    def __init__(self, *, reach: Reach, **kwargs: Any) -> None:
        super().__init__(widget=DayInput(), validators=[Within(reach)], **kwargs)


class MomentField(forms.DateTimeField):
    """A day within reach of today, with its time."""

    def __init__(self, *, reach: Reach, **kwargs: Any) -> None:
        super().__init__(
            widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
            validators=[Within(reach)],
            **kwargs,
        )


class PersonField(forms.CharField):
    """A colleague: a name with number (from the suggestions), an email address, or a name that only one person has.

    `among` may widen or narrow who is meant: whoever works here.
    """

    def __init__(self, *args: Any, among: Q | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.among = Q(is_active=True) if among is None else among

    def clean(self, value: Any) -> Person | None:
        text = super().clean(value)
        if not text:
            return None
        people = list(people_called(text).filter(self.among)[:2])
        if len(people) > 1:
            raise forms.ValidationError(_("Several have that name. Choose one from the list, or write a work e-mail."))
        if not people:
            raise forms.ValidationError(_("Choose somebody from the list, or write a work e-mail."))
        return people[0]


SHOWN_UNITS = 5


class UnitField(forms.CharField):
    """A unit: its path (from the suggestions), or a part of the path that fits no other unit."""

    widget = forms.TextInput(attrs={"list": "units", "autocomplete": "off"})

    def clean(self, value: Any) -> Unit | None:
        text = super().clean(value)
        if not text:
            return None
        labels = labels_of_units(today())
        units = find_units(text, labels)
        if not units:
            raise forms.ValidationError(_("No unit fits. Write a part of its name, or choose from the list."))
        if len(units) > 1:
            paths = [labels[pk] for pk in units[:SHOWN_UNITS]] + (["…"] if len(units) > SHOWN_UNITS else [])
            words = {"count": len(units), "units": "; ".join(paths)}
            raise forms.ValidationError(_("%(count)s units fit: %(units)s. Write more of the path.") % words)
        return Unit.objects.get(pk=units[0])


def radio_field(label: Any, choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect)


def text_field(label: Any, *, rows: int = 0, required: bool = True, length: int = 300) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    return forms.CharField(label=label, widget=widget, required=required, max_length=length)


def day_field(label: Any, required: bool = True, *, reach: Reach = START) -> DayField:
    return DayField(label=label, required=required, reach=reach)


def price_field(label: Any, required: bool = True) -> forms.IntegerField:
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
            detect_type(file.read(64))
        except Refused as refused:
            raise forms.ValidationError(refused.message) from None
        file.seek(0)
        return file


def person_field(label: Any) -> PersonField:
    attrs = {"list": "colleagues", "autocomplete": "off"}
    return PersonField(label=label, widget=forms.TextInput(attrs=attrs), help_text=lazy("Write a name and choose."))


def _input(widget: dict[str, Any]) -> str:
    value = "" if widget["value"] is None else format_html(' value="{}"', widget["value"])
    attributes = flatatt(widget["attrs"])
    return format_html('<input type="{}" name="{}"{}{}>', widget["type"], widget["name"], value, attributes)


def _area(widget: dict[str, Any]) -> str:
    value = "" if widget["value"] is None else widget["value"]
    return format_html('<textarea name="{}"{}>\n{}</textarea>', widget["name"], flatatt(widget["attrs"]), value)


def _select(widget: dict[str, Any]) -> str:
    groups = format_html_join("\n", "{}", ([_group(name, options)] for name, options, _ in widget["optgroups"]))
    return format_html('<select name="{}"{}>\n{}\n</select>', widget["name"], flatatt(widget["attrs"]), groups)


def _group(name: str | None, options: list[dict[str, Any]]) -> str:
    """The options of a select, under a name if they have one."""
    rows = ((str(option["value"]), flatatt(option["attrs"]), option["label"]) for option in options)
    inside = format_html_join("\n", '<option value="{}"{}>{}</option>', rows)
    return format_html('<optgroup label="{}">\n{}\n</optgroup>', name, inside) if name else inside


INPUTS = ("text", "number", "date", "email", "hidden", "checkbox")
PLAIN_WIDGETS: dict[str, Callable[[dict[str, Any]], str]] = {
    **{f"django/forms/widgets/{kind}.html": _input for kind in INPUTS},
    "django/forms/widgets/textarea.html": _area,
    "django/forms/widgets/select.html": _select,
}


class Renderer(DjangoTemplates):
    """Django's renderer, but plain controls are made without templates: Django's nested ones are much slower."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        make = PLAIN_WIDGETS.get(template_name)
        return make(context["widget"]) if make else super().render(template_name, context, request)
