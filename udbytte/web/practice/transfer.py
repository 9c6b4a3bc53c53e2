"""Transfer practice: agreements about using a course at work."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods

from udbytte.access.agreements import agreements_seen_by
from udbytte.domain.lifecycle import Kind, Stage
from udbytte.domain.numbers import int_from
from udbytte.models import Agreement
from udbytte.runtime.clock import today
from udbytte.services.practice.transfer import LOST, agree_transfer
from udbytte.web.agreements.rows import agreed_message
from udbytte.web.base.request import person_of
from udbytte.web.base.submit import Submission
from udbytte.web.conversations.forms import AgreementForm

from .ready_agreements import ready_transfer
from .suggest import back_to_plan

BEFORE_MONEY = (Stage.AGREED, Stage.FOUND, Stage.NOMINATED)  # it is not certain yet that there will be a course


@require_http_methods(["GET", "POST"])
def transfer_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A ready agreement about using a course at work. If there is one already, its page is shown."""
    person, on = person_of(request), today()
    courses = agreements_seen_by(person, on).filter(kind=Kind.COURSE)
    of_conversation = [f"plan__conversation__{name}" for name in ("round", "manager", "employment__line_manager")]
    course = get_object_or_404(courses.select_related("goal", *of_conversation), pk=pk)
    existing = course.transfers.exclude(stage__in=LOST).first()
    if existing is not None:
        return redirect("agreement", existing.pk)
    if not course.is_open:
        raise Http404
    form = AgreementForm(course.plan, request.POST or None, ready=ready_transfer(course, on))
    if request.method == "POST" and form.is_valid():
        with Submission(form):
            agreed = agree_transfer(course, by=person, on=on, **form.facts())
            messages.success(request, agreed_message(agreed))
            if course.plan.signed_text is None:
                return redirect(back_to_plan(course.plan.conversation, person))
            return redirect("agreement", agreed.pk)
    context = {"form": form, "course": course}
    return render(request, "agreements/take_transfer.html", context, status=422 if form.is_bound else 200)


def transfers_of(agreement: Agreement, *, whole: bool) -> dict[str, Any]:
    """The context of transfer practice on an agreement's page, for those who read the whole agreement.

    A course has its transfer agreements, and whether a new one is offered, once its money is settled. A transfer
    agreement has its course.
    """
    if not whole:
        return {}
    if agreement.kind == Kind.PRACTICE:
        return {"used_course": agreement.transfer_of}
    transfers = list(agreement.transfers.exclude(stage__in=LOST))
    offers = not transfers and agreement.is_open and agreement.stage not in BEFORE_MONEY
    return {"transfers": transfers, "offers_transfer": offers}


def course_to_transfer(agreements: QuerySet[Agreement], pk: str) -> Agreement | None:
    """The course agreement with this id, if nothing is agreed about using the course yet."""
    return agreements.filter(pk=int_from(pk) or 0, kind=Kind.COURSE, transfers=None).first()


urlpatterns = [path("aftaler/<int:pk>/brug/", transfer_page, name="transfer")]
