"""The forms of courses: searching, entering and correcting courses and course dates, joint needs and registration."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Model
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from udbytte.domain.numbers import int_from
from udbytte.domain.reach import BEGUN, BEGUN_END, Reach
from udbytte.models import CourseKind, Mode, Region
from udbytte.models.courses import LONGEST_TITLE
from udbytte.queries.courses.catalogue import ONLINE, values_in_field
from udbytte.services.courses.registration import LONGEST, LONGEST_SUBJECT
from udbytte.web.base.fields import DayField, StyledForm, dress

MOST_KRONER = 10_000_000
MOST_SEATS = 10_000
SORTS = [("", lazy("what fits best")), ("start", lazy("next start")), ("price", lazy("lowest price"))]


def _day(label: Any, reach: Reach = BEGUN, *, required: bool = False) -> DayField:
    return DayField(label=label, reach=reach, required=required)


def _kroner(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=MOST_KRONER, required=False)


def _number(label: Any, most: int) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=most, required=False)


def _text(label: Any, length: int, *, help_text: Any = "", rows: int = 0) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    return forms.CharField(label=label, max_length=length, required=False, help_text=help_text, widget=widget)


class SearchForm(forms.Form):
    """A search of the catalogue. A field with an error is left out of the search.

    On the page the filters are outside the form element; they belong to it by its id.
    """

    q = forms.CharField(label=lazy("Search for a course"), required=False, max_length=100)
    sort = forms.ChoiceField(label=lazy("Sorted by"), required=False, choices=SORTS)
    begins_from = _day(lazy("Begins from"))
    begins_to = _day(lazy("Begins by"))
    where = forms.ChoiceField(
        label=lazy("Where"),
        required=False,
        choices=[("", lazy("everywhere")), (ONLINE, lazy("online")), *Region.choices],
    )
    kind = forms.ChoiceField(label=lazy("Kind"), required=False, choices=[("", lazy("all")), *CourseKind.choices])
    level = forms.ChoiceField(label=lazy("Level"), required=False)  # its choices come from the courses
    ects_from = _number(lazy("ECTS points, at least"), 180)
    price_to = _kroner(lazy("Price in kroner, at most"))
    provider = _text(lazy("Provider"), 200)
    free_seats = forms.BooleanField(label=lazy("with free places"), required=False)
    still_open = forms.BooleanField(label=lazy("with sign-up still open"), required=False)

    not_filters = ("q", "sort")
    folded = ("level", "ects_from", "provider")  # until they are wanted

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="search_%s")
        levels = [(level, level) for level in values_in_field("level")]
        self.fields["level"] = forms.ChoiceField(label=_("Level"), required=False, choices=[("", _("all")), *levels])
        self.fields["provider"].widget.attrs |= {"list": "providers", "autocomplete": "off"}
        dress(self)
        for name in self.fields.keys() - set(self.not_filters):
            self.fields[name].widget.attrs["form"] = "search"

    @property
    def filters(self) -> list[BoundField]:
        """The fields that narrow the list, in their order."""
        return [self[name] for name in self.fields if name not in self.not_filters]

    @property
    def first_filters(self) -> list[BoundField]:
        return [field for field in self.filters if field.name not in self.folded]

    @property
    def more_filters(self) -> list[BoundField]:
        return [self[name] for name in self.folded]

    @property
    def unfolds_more(self) -> bool:
        return any(field.errors or field.data for field in self.more_filters)


class FactsForm(forms.Form):
    """A form with a few first fields. The others are folded until one of them has an error."""

    first_names: tuple[str, ...] = ()

    def __init__(self, data: Any = None, *, about: Iterable[Model] = (), **kwargs: Any) -> None:
        known = {
            name: value
            for row in about
            for name in self.base_fields
            if (value := getattr(row, name, None)) not in (None, "")
        }
        defaults = kwargs.pop("initial", None)
        super().__init__(data, initial=known or defaults, **kwargs)
        dress(self)

    @property
    def first(self) -> list[BoundField]:
        return [self[name] for name in self.first_names]

    @property
    def more(self) -> list[BoundField]:
        return [self[name] for name in self.fields if name not in self.first_names]

    @property
    def unfolds_more(self) -> bool:
        return any(field.errors for field in self.more)


class RunForm(FactsForm):
    """When and where a course is held."""

    starts_on = _day(lazy("First day"), required=True)
    ends_on = _day(lazy("Last day"), BEGUN_END, required=True)
    signup_deadline = _day(lazy("Sign-up deadline"))
    place = _text(lazy("Place"), 200)
    mode = forms.ChoiceField(label=lazy("Where it is held"), choices=Mode.choices, widget=forms.RadioSelect)
    price = _kroner(lazy("Price in kroner, ex VAT"))
    postcode = _text(lazy("Postcode"), 10, help_text=lazy("So that the course is found by its region."))
    address = _text(lazy("Address and how to get there"), 400)
    hours = _text(lazy("From when to when on the day"), 100)
    bring = _text(lazy("What to bring and prepare"), 2000, rows=3)
    extra_price = _kroner(lazy("What comes on top of the price, in kroner"))
    cancel_by = _day(lazy("Cancel by"))
    cancel_cost = _kroner(lazy("What cancelling later costs, in kroner"))
    seats = _number(lazy("Seats"), MOST_SEATS)
    taken = _number(lazy("Seats taken"), MOST_SEATS)

    first_names: tuple[str, ...] = ("starts_on", "ends_on", "signup_deadline", "place", "mode", "price")

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **({"auto_id": "run_%s", "initial": {"mode": Mode.ON_SITE}} | kwargs))


class EditRunForm(RunForm):
    """A course date that is corrected or cancelled."""

    cancelled = forms.BooleanField(label=lazy("The provider has cancelled this course date"), required=False)
    why = _text(lazy("Why it is cancelled"), 300, help_text=lazy("Those who were to go read this."))

    first_names: tuple[str, ...] = (*RunForm.first_names, "cancelled", "why")


class EditCourseForm(FactsForm):
    """The facts about a course that do not depend on its date."""

    title = forms.CharField(label=lazy("Title"), max_length=250)
    provider = _text(lazy("Provider"), 200)
    kind = forms.ChoiceField(label=lazy("Kind"), choices=CourseKind.choices, initial=CourseKind.PRIVATE)
    price = _kroner(lazy("Price in kroner, ex VAT"))
    url = forms.URLField(
        label=lazy("Link to the course"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=lazy("Paste the address of the course's page at the provider."),
    )
    description = _text(lazy("What it is about"), 5000, rows=5)
    code = _text(lazy("Course code"), 60)
    subject = _text(lazy("Subject"), 250)
    level = _text(lazy("Level"), 60)
    ects = forms.DecimalField(
        label=lazy("ECTS points"), min_value=0, max_value=180, max_digits=4, decimal_places=1, required=False
    )
    days = forms.DecimalField(
        label=lazy("Days"), min_value=0, max_value=1000, max_digits=5, decimal_places=1, required=False
    )
    signup_email = forms.EmailField(label=lazy("E-mail for registrations"), required=False)

    first_names: tuple[str, ...] = ("title", "provider", "kind", "price", "url", "description")


class CourseForm(RunForm, EditCourseForm):
    """A new course with its first date."""

    first_names: tuple[str, ...] = (
        "url",
        "title",
        "provider",
        "kind",
        "price",
        "starts_on",
        "ends_on",
        "signup_deadline",
        "place",
        "mode",
    )
    field_order = (*first_names, "description")


class RunSearchForm(forms.Form):
    """A search for course dates."""

    q = forms.CharField(
        label=lazy("Words, provider or course code"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"class": "ds-input", "type": "search"}),
    )


class JointNeedForm(forms.Form):
    """Agreements that need the same course, and the title of the need."""

    title = forms.CharField(max_length=LONGEST_TITLE)
    agreements = forms.TypedMultipleChoiceField(coerce=int)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        sent = [pk for pk in data.getlist("agreements") if int_from(pk) is not None]
        self.fields["agreements"].choices = [(pk, pk) for pk in sent]  # type: ignore[attr-defined]


class InHouseForm(StyledForm):
    """A course date that the organisation arranges itself."""

    title = forms.CharField(label=lazy("Title"), max_length=250)
    provider = forms.CharField(label=lazy("Who teaches"), max_length=200, required=False)
    starts_on = DayField(label=lazy("First day"), reach=BEGUN)
    ends_on = DayField(label=lazy("Last day"), reach=BEGUN_END)
    hours = forms.CharField(label=lazy("From when to when on the day"), max_length=100, required=False)
    place = forms.CharField(label=lazy("Place"), max_length=200)
    seats = forms.IntegerField(label=lazy("Seats"), min_value=1, max_value=10_000)
    price = forms.IntegerField(label=lazy("Price for each, in kroner"), min_value=0, max_value=10_000_000, initial=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **({"auto_id": "own_%s"} | kwargs))


class MoveRunForm(StyledForm):
    """The new days of a course date."""

    starts_on = DayField(label=lazy("First day"), reach=BEGUN)
    ends_on = DayField(label=lazy("Last day"), reach=BEGUN_END)
    signup_deadline = DayField(label=lazy("Sign-up deadline"), reach=BEGUN, required=False)
    place = forms.CharField(label=lazy("Place"), max_length=200, required=False)
    hours = forms.CharField(label=lazy("From when to when on the day"), max_length=100, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **({"auto_id": "move_%s"} | kwargs))


class CancelRunForm(forms.Form):
    """That the provider has cancelled a course date."""

    why = forms.CharField(
        label=lazy("What the provider says"), max_length=300, widget=forms.TextInput(attrs={"class": "ds-input"})
    )


class RegistrationEmailForm(forms.Form):
    """The registration email to a provider."""

    turn = forms.IntegerField(widget=forms.HiddenInput)
    to = forms.EmailField(
        label=lazy("The provider's email address"), widget=forms.EmailInput(attrs={"class": "ds-input"})
    )
    subject = forms.CharField(
        label=lazy("Subject"), max_length=LONGEST_SUBJECT, widget=forms.TextInput(attrs={"class": "ds-input"})
    )
    text = forms.CharField(
        label=lazy("Text"), max_length=LONGEST, widget=forms.Textarea(attrs={"class": "ds-input", "rows": 14})
    )

    def __init__(self, *args: Any, enters_address: bool, **kwargs: Any) -> None:
        """`enters_address`: the person may write to another address than the one in the catalogue."""
        super().__init__(*args, **kwargs)
        self.fields["to"].disabled = not enters_address
