"""Planning a round: its units, dates and rules, the questions, the lengths of steps, and what it lacks.

The questions of a round to prepare by, for HR.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from udbytte.domain.numbers import int_from
from udbytte.domain.reach import BEGUN, BEGUN_END
from udbytte.domain.working_days import a_year_later
from udbytte.models import Asked, PreparationQuestion, Round, Unit
from udbytte.queries.conversations import mark_of
from udbytte.queries.people.units import branches, units_to_choose, without_those_below
from udbytte.queries.rounds.rounds import titles_in
from udbytte.runtime.clock import today
from udbytte.services.errors import Refused
from udbytte.services.rounds import rounds as services
from udbytte.services.rounds.planning import MOST_DAYS
from udbytte.services.rounds.questions import QuestionText, set_questions
from udbytte.web.base.fields import DayInput, StyledForm, Within, dress
from udbytte.web.base.once import once
from udbytte.web.base.request import only, person_of
from udbytte.web.base.submit import Submission

DATES = ("announced_on", "kickoff_on", "conversations_from", "conversations_to", "closes_on")
LAST_DAYS = ("conversations_to", "closes_on")
TEXTS = ("procedure", "criteria", "possibilities", "money")


class DaysField(forms.CharField):
    """Several days, as 2027-05-10 or 10.5.2027, with commas, semicolons or new lines between."""

    def clean(self, value: Any) -> list[date]:
        return [self._day(word) for word in re.split(r"[,;\s]+", super().clean(value) or "") if word]

    def _day(self, word: str) -> date:
        parts = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[./-](\d{1,2})[./-](\d{4})", word)
        try:
            if parts is None:
                raise ValueError
            year, month, day = parts.group(1, 2, 3) if parts[1] else parts.group(6, 5, 4)
            found = date(int(year), int(month), int(day))
        except ValueError:
            said = _("%(word)s is no day. Write days as 10.5.2027, with commas between.") % {"word": word}
            raise forms.ValidationError(said) from None
        Within(BEGUN_END)(found)
        return found


def said_days(days: Iterable[date]) -> str:
    """Days as they are written in the field."""
    return ", ".join(f"{one.day}.{one.month}.{one.year}" for one in days)


class RoundForm(forms.ModelForm[Round]):
    class Meta:
        model = Round
        fields = ("name", "units", *DATES, *TEXTS)
        widgets = {name: DayInput() for name in DATES}

    follow_ups = DaysField(
        label=lazy("Follow-up days"),
        required=False,
        max_length=300,
        help_text=lazy("Days through the year on which managers look at what was agreed, with commas between."),
    )
    field_order = ("name", "units", *DATES[:4], "follow_ups", "closes_on", *TEXTS)
    # The mark of the round that the page was filled in from: two tabs do not overwrite each other unseen.
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, like: Round | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if like is not None:
            self.initial.update(begun_from(like))
        elif self.instance.pk:
            self.initial["follow_ups"] = said_days(one.day for one in self.instance.follow_up_days.all())
            self.initial["seen"] = mark_of_round(self.instance)
        dress(self)
        for name in DATES:
            self.fields[name].validators.append(Within(BEGUN_END if name in LAST_DAYS else BEGUN))
        for field in self.fields.values():
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 4
        cast(forms.ModelMultipleChoiceField[Unit], self.fields["units"]).queryset = units_to_choose(today())

    def clean_seen(self) -> None:
        seen = self.cleaned_data["seen"]
        if self.instance.pk and seen and seen != mark_of_round(Round.objects.get(pk=self.instance.pk)):
            raise forms.ValidationError(
                _("The round has been changed from another page since you opened this one. Open it again to see how.")
            )

    def clean_units(self) -> list[Unit]:
        """Without those that another one stands for; with those of the round that have ended meanwhile."""
        ended = self.instance.units.filter(ends_on__lt=today()) if self.instance.pk else []
        return without_those_below([*self.cleaned_data["units"], *ended])

    @property
    def chosen_units(self) -> set[int]:
        """The numbers of the units that are ticked, as saved or as sent."""
        said = self["units"].value() or []
        keys = [str(one.pk if isinstance(one, Unit) else one) for one in said]
        return {pk for key in keys if (pk := int_from(key)) is not None}


def mark_of_round(round_: Round) -> str:
    """A mark of how the round is planned, to tell whether it has been changed meanwhile."""
    days = [one.day for one in round_.follow_up_days.all()]
    units = sorted(round_.units.values_list("pk", flat=True))
    return mark_of(repr([getattr(round_, name) for name in ("name", *DATES, *TEXTS)] + [days, units]))


def begun_from(like: Round) -> dict[str, Any]:
    """What a new round's page is filled in with from the one before: everything, a year on."""
    year = re.search(r"\d{4}", like.name)
    name = like.name.replace(year[0], str(int(year[0]) + 1)) if year else like.name
    moved = {one: a_year_later(when) for one in DATES if (when := getattr(like, one)) is not None}
    follow_ups = said_days(a_year_later(one.day) for one in like.follow_up_days.all())
    texts = {one: getattr(like, one) for one in TEXTS}
    units = like.units.exclude(ends_on__lt=today())
    return {"name": name, "units": list(units), "follow_ups": follow_ups, **moved, **texts}


def _before() -> QuerySet[Round]:
    return Round.objects.filter(published_on__isnull=False).order_by("-conversations_from", "-pk")


@only(lambda mine: mine.is_hr)
@once
def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Make a round, filled in from the one before, or change one."""
    round_ = get_object_or_404(Round, pk=pk) if pk else None
    like = _before().first() if round_ is None and "tom" not in request.GET else None
    form = RoundForm(request.POST or None, instance=round_, like=like)
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        del facts["seen"]
        units, by = list(facts.pop("units")), person_of(request)
        with Submission(form):
            if pk is None:
                saved = services.create_round(by=by, on=today(), units=units, like=like, **facts)
            else:
                saved = services.save_round(Round.objects.get(pk=pk), by=by, on=today(), units=units, **facts)
            messages.success(request, _("Saved."))
            return redirect("round", saved.pk)
    context = {
        "form": form,
        "round": round_,
        "like": like,
        "most_days": MOST_DAYS,
        "branches": branches(form.chosen_units, today()),
    }
    return render(request, "rounds/edit.html", context, status=422 if form.is_bound else 200)


class QuestionForm(StyledForm):
    """One question in both languages; without its Danish text it goes away."""

    number = forms.IntegerField(widget=forms.HiddenInput, required=False)
    text_da = forms.CharField(label=lazy("Question in Danish"), max_length=400, required=False)
    help_da = forms.CharField(
        label=lazy("Help in Danish"),
        max_length=400,
        required=False,
        help_text=lazy("Stands under the question, for example what to think of."),
    )
    text_en = forms.CharField(label=lazy("Question in English"), max_length=400, required=False)
    help_en = forms.CharField(label=lazy("Help in English"), max_length=400, required=False)
    asked = forms.ChoiceField(label=lazy("Asked of"), choices=Asked.choices)
    titles = forms.CharField(
        label=lazy("Only in the conversations of these job titles"),
        max_length=1000,
        required=False,
        help_text=lazy("With commas between. Empty: of all."),
        widget=forms.TextInput(attrs={"list": "titles", "autocomplete": "off"}),
    )

    def told(self) -> QuestionText:
        """What was written, ready for `set_questions`."""
        said: dict[str, Any] = dict(self.cleaned_data)
        titles = [title.strip() for title in said["titles"].split(",") if title.strip()]
        helps = {name: said[name] for name in ("help_da", "help_en")}
        return QuestionText(said["text_da"], said["text_en"], said["asked"], said["number"], titles=titles, **helps)


QuestionForms = forms.formset_factory(QuestionForm, extra=2, max_num=30)


def _begun(question: PreparationQuestion) -> dict[str, Any]:
    names = ("text_da", "help_da", "text_en", "help_en", "asked")
    titles = ", ".join(question.titles)
    return {"number": question.pk, "titles": titles} | {name: getattr(question, name) for name in names}


@only(lambda mine: mine.is_hr)
def questions(request: HttpRequest, pk: int) -> HttpResponse:
    """The questions to prepare by, in their order."""
    round_ = get_object_or_404(Round, pk=pk)
    rows = QuestionForms(request.POST or None, initial=[_begun(one) for one in round_.questions.all()], prefix="q")
    refusal = ""
    if request.method == "POST" and rows.is_valid():
        wanted = [row.told() for row in rows if row.cleaned_data.get("text_da")]
        try:
            set_questions(round_, wanted, by=person_of(request), on=today())
        except Refused as refused:
            refusal = refused.message
        else:
            messages.success(request, _("Saved."))
            return redirect("round", pk)
    context = {"round": round_, "forms": rows, "refusal": refusal, "titles": titles_in(round_, today())}
    return render(request, "rounds/questions.html", context, status=422 if rows.is_bound else 200)


urlpatterns = [
    path("runder/ny/", edit, name="round-new"),
    path("runder/<int:pk>/ret/", edit, name="round-edit"),
    path("runder/<int:pk>/spoergsmaal/", questions, name="round-questions"),
]
