"""Rounds: HR's page, and the ground rules that everyone reads."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ..domain.suppression import suppress
from ..models import Asked, Person, Round, Unit
from ..services import rounds as services
from ..services.errors import Refused
from .clock import today
from .forms import DayInput
from .pages import only, person_of
from .words import kroner


class RoundForm(forms.ModelForm[Round]):
    questions = forms.CharField(
        label=lazy("Questions to prepare by, one a line"), widget=forms.Textarea(attrs={"rows": 5}), required=False
    )

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
        for field in self.fields.values():
            field.widget.attrs["class"] = "ds-input"
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 4


class BudgetForm(forms.Form):
    unit = forms.ModelChoiceField(Unit.objects.order_by("name"), label=lazy("Unit"))
    amount = forms.IntegerField(label=lazy("Amount in kroner"), min_value=0, max_value=1_000_000_000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "ds-input"


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
    texts = [question.text_da for question in round_.questions.all()] if round_ else []
    form = RoundForm(request.POST or None, instance=round_, initial={"questions": "\n".join(texts)})
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        questions, units = facts.pop("questions").splitlines(), list(facts.pop("units"))
        try:
            saved = _save(Round.objects.get(pk=pk) if pk else None, units, questions, facts, person_of(request))
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        else:
            messages.success(request, _("Saved."))
            return redirect("round", saved.pk)
    status = 422 if form.is_bound else 200
    return render(request, "rounds/edit.html", {"form": form, "round": round_}, status=status)


@transaction.atomic
def _save(row: Round | None, units: list[Unit], questions: list[str], facts: dict[str, Any], by: Person) -> Round:
    """Make or change a round, and its questions; all of it or nothing."""
    on = today()
    if row is None:
        saved = services.create_round(by=by, on=on, units=units, **facts)
    else:
        saved = services.save_round(row, by=by, on=on, units=units, **facts)
    known = {question.text_da: question for question in saved.questions.all()}
    wanted = []
    for text in filter(None, (line.strip() for line in questions)):
        old = known.get(text)
        kept = (old.text_en, old.asked, old.pk) if old else ("", Asked.BOTH, None)
        wanted.append(services.QuestionText(text, *kept))
    if wanted:
        services.set_questions(saved, wanted, by=by, on=on)
    return saved


def _progress(round_: Round) -> dict[str, Any]:
    """Conversations per unit as counts; those about fewer than five people are not shown."""
    counts = (
        round_.conversations.values("employment__unit", "employment__unit__name")
        .annotate(
            people=Count("pk"), held=Count("pk", filter=Q(held_on__isnull=False)),
            planned=Count("pk", filter=Q(held_on__isnull=True, planned_at__isnull=False)),
        )
        .order_by("employment__unit__name")
    )  # fmt: skip
    rows = list(counts)
    people = suppress({row["employment__unit"]: row["people"] for row in rows})
    total = {name: sum(row[name] for row in rows) for name in ("people", "held", "planned")}
    shown = [row | {"hidden": people[row["employment__unit"]] is None} for row in rows]
    return {"rows": shown, "total": total, "total_hidden": total["people"] < 5}


@only(lambda mine: mine.is_hr)
def round_page(request: HttpRequest, pk: int) -> HttpResponse:
    """HR's view of one round: dates, how far it is, rules read, budgets; publish and close."""
    round_ = get_object_or_404(Round, pk=pk)
    form = BudgetForm(request.POST if request.POST.get("do") == "budget" else None)
    if request.method == "POST":
        by, on = person_of(request), today()
        try:
            if request.POST.get("do") == "publish":
                count = services.publish_round(round_, by=by, on=on)
                messages.success(request, _("The round is open with %(count)s conversations.") % {"count": count})
                return redirect("round", pk)
            if request.POST.get("do") == "close":
                services.close_round(round_, by=by, on=on)
                messages.success(request, _("The round is closed."))
                return redirect("round", pk)
            if form.is_valid():
                budget = services.set_budget(
                    round_, form.cleaned_data["unit"], form.cleaned_data["amount"], by=by, on=on
                )
                services.publish_budget(budget, by=by, on=on)
                messages.success(request, _("Saved."))
                return redirect("round", pk)
        except Refused as refused:
            messages.error(request, refused.message)
    budgets = [(b, kroner(b.amount)) for b in round_.budgets.select_related("unit")[:200]]
    context = {
        "round": round_,
        "status": round_.status_on(today()),
        "progress": _progress(round_),
        "confirmed": round_.confirmations.count(),
        "budgets": budgets,
        "form": form,
    }
    return render(request, "rounds/round.html", context, status=422 if form.is_bound else 200)


def rules(request: HttpRequest, pk: int) -> HttpResponse:
    """The ground rules, for everyone in the round; a press says that they are read."""
    mine = Q(conversations__employment__person=person_of(request)) | Q(conversations__manager=person_of(request))
    round_ = Round.objects.filter(mine, pk=pk, published_on__isnull=False).first()
    if round_ is None:
        raise Http404
    if request.method == "POST":
        services.confirm_rules(round_, by=person_of(request), on=today())
        messages.success(request, _("Thank you. It is noted that you have read the rules."))
        return redirect("home")
    confirmed = round_.confirmations.filter(person=person_of(request)).first()
    return render(request, "rounds/rules.html", {"round": round_, "confirmed": confirmed})


urlpatterns = [
    path("runder/", rounds, name="rounds"),
    path("runder/ny/", edit, name="round-new"),
    path("runder/<int:pk>/", round_page, name="round"),
    path("runder/<int:pk>/ret/", edit, name="round-edit"),
    path("runder/<int:pk>/regler/", rules, name="rules"),
]
