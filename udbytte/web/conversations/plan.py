"""The pages of a development plan: on screen, and as a PDF."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from udbytte.access.conversations import plans_seen_by
from udbytte.models import DevelopmentPlan, Email, Employment, Goal
from udbytte.models.agreements import Agreement
from udbytte.models.formatting import day, days
from udbytte.runtime.clock import today
from udbytte.services.conversations.journal import emails_to_journal, send_to_journal
from udbytte.services.errors import Refused
from udbytte.services.papers.plan import PAPER_RELATED, plan_paper
from udbytte.services.papers.plan_archive import plan_archive
from udbytte.web.agreements.rows import Row, row
from udbytte.web.base.request import person_of


@dataclass(frozen=True, slots=True)
class PlanLine:
    """An agreement of a plan, and when it is: the days of its course date, else as planned."""

    row: Row
    when: str


@dataclass(frozen=True, slots=True)
class GoalLines:
    """A goal with its agreements; without a goal: those that belong to none."""

    goal: Goal | None
    lines: Sequence[PlanLine]


@dataclass(frozen=True, slots=True)
class PlanCard:
    """A plan of the page."""

    plan: DevelopmentPlan
    goals: Sequence[GoalLines]
    to_journal: str  # when and by whom it was sent there; empty if it was not


def plan_page(request: HttpRequest, employment: int | None = None) -> HttpResponse:
    """The person's own plans, or those of a direct report's employment; the newest first."""
    person, on = person_of(request), today()
    plans = (
        plans_seen_by(person, on)
        .select_related("conversation__round")
        .prefetch_related("goals", "correction_notes__by")
    )
    if employment is None:
        employee = person
        plans = plans.filter(conversation__employment__person=person)
    else:
        employments = Employment.objects.select_related("person").filter(pk__in=_readable_employments(request))
        employee = get_object_or_404(employments, pk=employment).person
        plans = plans.filter(conversation__employment=employment)
    newest_plans = list(plans.order_by("-conversation__round__conversations_from", "-pk")[:5])
    agreements_of_plans = Agreement.objects.filter(plan__in=newest_plans).select_related("step_owner")
    agreements = list(agreements_of_plans.order_by("closed_on", "step_due", "pk"))
    sent = emails_to_journal(newest_plans)
    current = newest_plans[0] if newest_plans else None
    context = {
        "employee": employee,
        "own": employee == person,
        "follow_up": employment or (current.conversation.employment_id if current is not None else None),
        "plans": [
            _card(plan, [agreement for agreement in agreements if agreement.plan_id == plan.pk], sent.get(plan.pk), on)
            for plan in newest_plans
        ],
        "has_journal": bool(settings.JOURNAL_ADDRESS),
    }
    return render(request, "conversations/plans/plan.html", context)


def _card(plan: DevelopmentPlan, agreements: Iterable[Agreement], sent: Email | None, on: date) -> PlanCard:
    lines: dict[int, list[PlanLine]] = defaultdict(list)
    goals: list[Goal | None] = [*plan.goals.all()]
    known = {goal.pk for goal in goals if goal is not None}
    for agreement in agreements:
        begins, ends = agreement.starts_on or agreement.planned_from, agreement.ends_on or agreement.planned_to
        line = PlanLine(row(agreement, on), days(begins, max(begins, ends), on))
        lines[agreement.goal_id if agreement.goal_id in known else 0].append(line)
    places = [GoalLines(goal, lines[goal.pk if goal is not None else 0]) for goal in [*goals, None]]
    to_journal = ""
    if sent is not None:
        to_journal = _("sent to the journal %(day)s by %(name)s") % {"day": day(sent.on, on), "name": sent.person.name}
    return PlanCard(plan, [place for place in places if place.goal is not None or place.lines], to_journal)


def _readable_employments(request: HttpRequest) -> list[int]:
    """The employments whose plans the person may read: own ones and those of present reports."""
    person, on = person_of(request), today()
    own = Employment.objects.filter(person=person).values_list("pk", flat=True)
    return [*own, *Employment.objects.on(on).filter(line_manager=person).values_list("pk", flat=True)]


@require_GET
@never_cache
def plan_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The plan as a PDF of A4 pages in the reader's language: as it was signed, or as it reads today."""
    plans = plans_seen_by(person_of(request), today()).select_related(*PAPER_RELATED)
    plan = get_object_or_404(plans, pk=pk)
    pdf = plan_paper(plan, language=(get_language() or "da")[:2])
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{_file_name(plan)}.pdf"'
    return response


@require_GET
@never_cache
def archive(request: HttpRequest, pk: int) -> HttpResponse:
    """The signed plan as a ZIP for a journal system: the document and an index."""
    plan = _signed_plan(request, pk)
    response = HttpResponse(plan_archive(plan, language=(get_language() or "da")[:2]), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{_file_name(plan)}.zip"'
    return response


@require_POST
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the signed plan to the journal system."""
    plan = _signed_plan(request, pk)
    try:
        is_sent = send_to_journal(plan, by=person_of(request), on=today())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        said = (
            _("The plan is on its way to the journal.")
            if is_sent
            else _("The plan has been sent to the journal already.")
        )
        messages.success(request, said)
    employment = plan.conversation.employment
    if employment.person_id == request.user.pk:
        return redirect("plan")
    return redirect("plan-of", employment.pk)


def _signed_plan(request: HttpRequest, pk: int) -> DevelopmentPlan:
    """A plan that the person may read and both have signed; otherwise 404."""
    plans = plans_seen_by(person_of(request), today()).select_related(*PAPER_RELATED)
    return get_object_or_404(plans.filter(signed_text__isnull=False), pk=pk)


def _file_name(plan: DevelopmentPlan) -> str:
    conversation, word = plan.conversation, _("plan")
    return slugify(f"{word} {conversation.employment.person.name} {conversation.round.name}")


urlpatterns = [
    path("plan/", plan_page, name="plan"),
    path("plan/<int:employment>/", plan_page, name="plan-of"),
    path("plan/<int:pk>/plan.pdf", plan_pdf, name="plan-paper"),
    path("plan/<int:pk>/plan.zip", archive, name="plan-archive"),
    path("plan/<int:pk>/journal/", send, name="send-plan"),
]
