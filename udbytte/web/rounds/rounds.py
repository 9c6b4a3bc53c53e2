"""HR's list of rounds, and the page of a round."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from udbytte.models import PreparationQuestion, Round
from udbytte.models.formatting import days, short_day
from udbytte.queries.people.units import label_of, labels_of_units
from udbytte.queries.rounds.closing import leftover_counts
from udbytte.queries.rounds.rounds import Progress, progress_of
from udbytte.queries.rounds.rules import Alignment, alignment_of, unanswered_rules_questions
from udbytte.runtime.clock import today
from udbytte.services.errors import Refused
from udbytte.services.rounds import rounds as services
from udbytte.services.rounds.rules import TELL_ABOVE_AFTER
from udbytte.web.base.components import Table
from udbytte.web.base.context import as_context
from udbytte.web.base.request import only, person_of
from udbytte.web.money.forms import AuthorityForm, BudgetForm
from udbytte.web.money.round_budgets import round_money

from .check import MOST_UNITS_NAMED, round_check
from .dates import dates_of
from .forms import STEP_LENGTHS, TEXTS, changed_lengths
from .unit_tables import alignment_table, progress_table


@only(lambda roles: roles.is_hr)
def rounds_page(request: HttpRequest) -> HttpResponse:
    """All rounds, the newest first."""
    on = today()
    rounds = [
        (round_, round_.status_on(on), days(round_.conversations_from, round_.conversations_to, on))
        for round_ in Round.objects.all()[:50]
    ]
    return render(request, "rounds/rounds.html", {"rounds": rounds, "left": leftover_counts(on)})


@dataclass(frozen=True, slots=True)
class RoundDay:
    """A date of the round in words: whether it has passed, and whether it comes next."""

    label: str
    day: str
    been: bool
    next: bool


@dataclass(frozen=True, slots=True)
class PlanPart:
    """A part of the plan in words, with the page where it is changed."""

    label: str
    words: str
    page: str


@dataclass(frozen=True, slots=True)
class RoundPage:
    """What the templates of a round's page read."""

    round: Round
    status: object
    days: list[RoundDay]
    parts: list[PlanPart]
    questions: QuerySet[PreparationQuestion]
    check: dict[str, Any] | None  # what the round lacks; None once it is published

    # Counts
    progress: Progress
    leaves_some_out: bool  # because they are fewer than five in their unit
    progress_table: Table
    confirmed: int  # people who have read the rules
    alignment: Alignment | None
    alignment_table: Table | None
    waiting_questions: bool  # questions about the rules have waited for two weeks

    # Money
    budgets: list[tuple[str, str]]  # unit and amount
    authorities: list[tuple[str, str]]  # unit and who decides
    budget: BudgetForm
    authority: AuthorityForm
    units: Iterable[str]


def _days(round_: Round) -> list[RoundDay]:
    """The round's dates in order."""
    on = today()
    announced = round_.published_on is not None
    dates = [
        (label, when, when < on or (announced and place == 0)) for place, (label, when) in enumerate(dates_of(round_))
    ]
    coming = min((when for _label, when, been in dates if not been), default=None) if not round_.closed_on else None
    return [
        RoundDay(label, short_day(when, on), been=been, next=not been and when == coming) for label, when, been in dates
    ]


def _parts(round_: Round, questions: int) -> list[PlanPart]:
    """The plan of the round in words."""
    units = list(round_.units.order_by("path"))
    labels = labels_of_units(today())
    written = [
        str(field.verbose_name)
        for name in TEXTS
        if isinstance(field := Round._meta.get_field(name), models.Field) and getattr(round_, name).strip()
    ]
    names = ", ".join(label_of(unit, labels) for unit in units[:MOST_UNITS_NAMED])
    more = len(units) - MOST_UNITS_NAMED
    asked = ngettext("%(count)s question", "%(count)s questions", questions) % {"count": questions}
    return [
        PlanPart(_("Units"), f"{names}{' …' if more > 0 else ''}", "round-edit"),
        PlanPart(_("Ground rules"), ", ".join(written) or _("Not written yet"), "round-edit"),
        PlanPart(_("Questions to prepare by"), asked, "round-questions"),
        PlanPart(
            _("Deadlines"), changed_lengths(round_.days, STEP_LENGTHS) or _("The usual deadlines"), "round-lengths"
        ),
        PlanPart(_("Course coordinators, budget owners and budgets"), _("For each unit"), "round-staffing"),
    ]


def _questions_have_waited(round_: Round) -> bool:
    """Whether questions about the rules have waited for two weeks. The number is not shown: it may be of few people."""
    return unanswered_rules_questions(round_, asked_by=today() - TELL_ABOVE_AFTER).exists()


@only(lambda roles: roles.is_hr)
def round_page(request: HttpRequest, pk: int) -> HttpResponse:
    """HR's page of a round. A POST publishes it or sets a budget or a spending authority."""
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
            for form in (budget, authority):
                if form.is_bound and form.is_valid():
                    form.save(round_, by=by, on=on)
                    messages.success(request, _("Saved."))
                    return redirect("round", pk)
        except Refused as refused:
            messages.error(request, refused.message)
    page = _page(round_, budget, authority)
    status = 422 if budget.is_bound or authority.is_bound else 200
    return render(request, "rounds/round.html", as_context(page), status=status)


def _page(round_: Round, budget: BudgetForm, authority: AuthorityForm) -> RoundPage:
    on, labels = today(), labels_of_units(today())
    progress = progress_of(round_, on=on)
    alignment = alignment_of(round_, on=on) if round_.published_on else None
    return RoundPage(
        round=round_,
        status=round_.status_on(on),
        days=_days(round_),
        parts=_parts(round_, round_.questions.count()),
        questions=round_.questions.all(),
        check=round_check(round_) if round_.published_on is None else None,
        progress=progress,
        leaves_some_out=0 < progress.total.get("base", 0) < round_.conversations.count(),
        progress_table=progress_table(round_, progress),
        confirmed=alignment.total.get("read", 0) if alignment is not None else 0,
        alignment=alignment,
        alignment_table=alignment_table(alignment) if alignment is not None else None,
        waiting_questions=_questions_have_waited(round_),
        **round_money(round_, labels),
        budget=budget,
        authority=authority,
        units=labels.values(),
    )


urlpatterns = [
    path("runder/", rounds_page, name="rounds"),
    path("runder/<int:pk>/", round_page, name="round"),
]
