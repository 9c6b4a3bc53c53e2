"""HR's pages for planning a round: its units, dates and ground rules, and its preparation questions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from udbytte.models import PreparationQuestion, Round
from udbytte.queries.people.units import branches
from udbytte.queries.rounds.rounds import job_titles_in
from udbytte.runtime.clock import today
from udbytte.services.errors import Refused
from udbytte.services.rounds import rounds as services
from udbytte.services.rounds.questions import set_questions
from udbytte.web.base.once import once
from udbytte.web.base.request import only, person_of
from udbytte.web.base.submit import Submission

from .forms import DATES, STEP_LENGTHS, QuestionForms, RoundForm, changed_lengths


def _published_rounds() -> QuerySet[Round]:
    """The newest first."""
    return Round.objects.filter(published_on__isnull=False).order_by("-conversations_from", "-pk")


@only(lambda roles: roles.is_hr)
@once
def edit_round(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Change a round, or make one that is filled in from the previous one or the template (empty for `?tom`).

    While dates are changed, htmx asks with them for the warnings alone.
    """
    round_ = get_object_or_404(Round, pk=pk) if pk else None
    like = _published_rounds().first() if round_ is None and "tom" not in request.GET else None
    if DATES[0] in request.GET:  # a date is being changed
        typed = RoundForm(request.GET, instance=round_)
        warnings = [*typed.refusals_of_dates(), *typed.warnings(today())]
        return render(request, "rounds/date_warnings.html", {"warnings": warnings})
    is_first = round_ is None and "tom" not in request.GET and not Round.objects.exists()
    form = RoundForm(request.POST or None, instance=round_, previous=like, is_first=is_first)
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
        "previous": like,
        "is_first": is_first,
        "questions": like.questions.count() if like is not None else 0,
        "lengths": changed_lengths(like.days, STEP_LENGTHS) if like is not None else "",
        "warnings": form.warnings(today()),
        "branches": branches(form.chosen_units, today()),
    }
    return render(request, "rounds/edit_round.html", context, status=422 if form.is_bound else 200)


def _initial(question: PreparationQuestion) -> dict[str, Any]:
    names = ("text_da", "help_da", "text_en", "help_en", "asked")
    titles = ", ".join(question.titles)
    return {"number": question.pk, "titles": titles} | {name: getattr(question, name) for name in names}


@only(lambda roles: roles.is_hr)
def edit_questions(request: HttpRequest, pk: int) -> HttpResponse:
    """The preparation questions of a round, in their order."""
    round_ = get_object_or_404(Round, pk=pk)
    rows = QuestionForms(
        request.POST or None, initial=[_initial(question) for question in round_.questions.all()], prefix="q"
    )
    refusal = ""
    if request.method == "POST" and rows.is_valid():
        wanted = [row.question_text() for row in rows if row.cleaned_data.get("text_da")]
        try:
            set_questions(round_, wanted, by=person_of(request), on=today())
        except Refused as refused:
            refusal = refused.message
        else:
            messages.success(request, _("Saved."))
            return redirect("round", pk)
    context = {"round": round_, "forms": rows, "refusal": refusal, "titles": job_titles_in(round_, today())}
    return render(request, "rounds/questions.html", context, status=422 if rows.is_bound else 200)


urlpatterns = [
    path("runder/ny/", edit_round, name="round-new"),
    path("runder/<int:pk>/ret/", edit_round, name="round-edit"),
    path("runder/<int:pk>/spoergsmaal/", edit_questions, name="round-questions"),
]
