"""Rounds: HR's page, and the ground rules that everyone reads."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from udbytte.ground.clock import today

from ..models import Asked, Round, Unit
from ..queries.rounds import progress_of
from ..queries.units import branches, labels_of_units, units_to_choose, without_those_below
from ..services import rounds as services
from ..services.errors import Refused
from .fields import DayInput, StyledForm, dress
from .pages import only, person_of
from .round_money import AuthorityForm, BudgetForm, known_money, money_of
from .words import day


class RoundForm(forms.ModelForm[Round]):
    class Meta:
        model = Round
        fields = (
            "name",
            "units",
            "announced_on",
            "conversations_from",
            "conversations_to",
            "closes_on",
            "procedure",
            "criteria",
            "possibilities",
            "money",
        )
        widgets = {name: DayInput() for name in ("announced_on", "conversations_from", "conversations_to", "closes_on")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self)
        for field in self.fields.values():
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 4
        cast(forms.ModelMultipleChoiceField[Unit], self.fields["units"]).queryset = units_to_choose(today())

    def clean_units(self) -> list[Unit]:
        """Without those that another one stands for; with those of the round that have ended meanwhile."""
        ended = self.instance.units.filter(ends_on__lt=today()) if self.instance.pk else []
        return without_those_below([*self.cleaned_data["units"], *ended])

    @property
    def chosen_units(self) -> set[int]:
        """The numbers of the units that are ticked, as saved or as sent."""
        said = self["units"].value() or []
        keys = [str(one.pk if isinstance(one, Unit) else one) for one in said]
        return {int(key) for key in keys if key.isascii() and key.isdigit()}


@only(lambda mine: mine.is_hr)
def rounds(request: HttpRequest) -> HttpResponse:
    """All rounds, the newest first."""
    on = today()
    shown = [(round_, round_.status_on(on)) for round_ in Round.objects.all()[:50]]
    return render(request, "rounds/rounds.html", {"rounds": shown})


@only(lambda mine: mine.is_hr)
def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Make a round, or change one."""
    round_ = get_object_or_404(Round, pk=pk) if pk else None
    form = RoundForm(request.POST or None, instance=round_)
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        units, by = list(facts.pop("units")), person_of(request)
        try:
            if pk is None:
                saved = services.create_round(by=by, on=today(), units=units, **facts)
            else:
                saved = services.save_round(Round.objects.get(pk=pk), by=by, on=today(), units=units, **facts)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        else:
            messages.success(request, _("Saved."))
            return redirect("round", saved.pk)
    context = {"form": form, "round": round_, "branches": branches(form.chosen_units, today())}
    return render(request, "rounds/edit.html", context, status=422 if form.is_bound else 200)


def _days(round_: Round) -> list[dict[str, Any]]:
    """The round's dates in order, as a line: which have been, and which come next."""
    on = today()
    dates = [
        (_("Announced"), round_.announced_on),
        (_("Conversations from"), round_.conversations_from),
        (_("Conversations to"), round_.conversations_to),
        (_("Closes"), round_.closes_on),
    ]
    ahead = [when for _label, when in dates if when >= on]
    return [
        {"label": label, "day": day(when, on), "been": when < on, "next": bool(ahead) and when == min(ahead)}
        for label, when in dates
    ]


@only(lambda mine: mine.is_hr)
def round_page(request: HttpRequest, pk: int) -> HttpResponse:
    """HR's view of one round: dates, how far it is, rules read, budgets; publish and close."""
    round_ = get_object_or_404(Round, pk=pk)
    do = request.POST.get("do")
    budget = BudgetForm(request.POST if do == "budget" else None, auto_id="budget_%s")
    authority = AuthorityForm(request.POST if do == "authority" else None, auto_id="authority_%s")
    if request.method == "POST":
        by, on = person_of(request), today()
        try:
            if do == "publish":
                count = services.publish_round(round_, by=by, on=on)
                messages.success(request, _("The round is open with %(count)s conversations.") % {"count": count})
                return redirect("round", pk)
            if do == "close":
                services.close_round(round_, by=by, on=on)
                messages.success(request, _("The round is closed."))
                return redirect("round", pk)
            for form in (budget, authority):
                if form.is_bound and form.is_valid():
                    form.save(round_, by=by, on=on)
                    messages.success(request, _("Saved."))
                    return redirect("round", pk)
        except Refused as refused:
            messages.error(request, refused.message)
    labels = labels_of_units(today())
    context = {
        "round": round_,
        "status": round_.status_on(today()),
        "progress": progress_of(round_, on=today()),
        "confirmed": round_.confirmations.count(),
        "budget": budget,
        "authority": authority,
        **money_of(round_, labels),
        "units": labels.values(),
        "days": _days(round_),
        "questions": round_.questions.all(),
    }
    return render(request, "rounds/round.html", context, status=422 if budget.is_bound or authority.is_bound else 200)


def rules(request: HttpRequest, pk: int) -> HttpResponse:
    """The ground rules, for everyone in the round; whoever has a conversation in it says that they have read them."""
    person = person_of(request)
    mine = Q(conversations__employment__person=person) | Q(conversations__manager=person)
    round_ = Round.objects.filter(mine, pk=pk, published_on__isnull=False).first()
    if round_ is None:
        raise Http404
    if request.method == "POST":
        try:
            services.confirm_rules(round_, by=person, on=today())
        except Refused as refused:
            messages.error(request, refused.message)
            return redirect("rules", pk)
        messages.success(request, _("Thank you. It is noted that you have read the rules."))
        return redirect("home")
    confirmed = round_.confirmations.filter(person=person).first()
    confirms = round_.is_open and round_.conversations.filter(employment__person=person).exists()
    money = known_money(round_, person, today())
    context = {"round": round_, "confirmed": confirmed, "confirms": confirms, "money": money}
    return render(request, "rounds/rules.html", context)


class QuestionForm(StyledForm):
    """One question in both languages; without its Danish text it goes away."""

    number = forms.IntegerField(widget=forms.HiddenInput, required=False)
    asked = forms.ChoiceField(label=lazy("Asked of"), choices=Asked.choices)
    text_da = forms.CharField(label=lazy("Question in Danish"), max_length=400, required=False)
    text_en = forms.CharField(label=lazy("Question in English"), max_length=400, required=False)


QuestionForms = forms.formset_factory(QuestionForm, extra=2, max_num=30)


@only(lambda mine: mine.is_hr)
def questions(request: HttpRequest, pk: int) -> HttpResponse:
    """The questions to prepare by, in their order."""
    round_ = get_object_or_404(Round, pk=pk)
    known = [
        {"number": q.pk, "asked": q.asked, "text_da": q.text_da, "text_en": q.text_en} for q in round_.questions.all()
    ]
    rows = QuestionForms(request.POST or None, initial=known, prefix="q")
    refusal = ""
    if request.method == "POST" and rows.is_valid():
        said = [row.cleaned_data for row in rows if row.cleaned_data.get("text_da")]
        wanted = [services.QuestionText(one["text_da"], one["text_en"], one["asked"], one["number"]) for one in said]
        try:
            services.set_questions(round_, wanted, by=person_of(request), on=today())
        except Refused as refused:
            refusal = refused.message
        else:
            messages.success(request, _("Saved."))
            return redirect("round", pk)
    context = {"round": round_, "forms": rows, "refusal": refusal}
    return render(request, "rounds/questions.html", context, status=422 if rows.is_bound else 200)


urlpatterns = [
    path("runder/", rounds, name="rounds"),
    path("runder/ny/", edit, name="round-new"),
    path("runder/<int:pk>/", round_page, name="round"),
    path("runder/<int:pk>/ret/", edit, name="round-edit"),
    path("runder/<int:pk>/spoergsmaal/", questions, name="round-questions"),
    path("runder/<int:pk>/regler/", rules, name="rules"),
]
