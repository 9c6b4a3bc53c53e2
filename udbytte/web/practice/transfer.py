"""From a course to its use back at work: the twin in practice."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from udbytte.access.agreements import agreements_seen_by
from udbytte.domain.lifecycle import Kind
from udbytte.domain.numbers import int_from
from udbytte.models import Agreement
from udbytte.runtime.clock import today
from udbytte.services.practice.transfer import LOST, agree_transfer
from udbytte.web.base.request import person_of
from udbytte.web.base.submit import Submission
from udbytte.web.conversations.forms import AgreementForm

from .ready_agreements import ready_transfer
from .suggest import back_to_plan


@require_http_methods(["GET", "POST"])
def transfer(request: HttpRequest, pk: int) -> HttpResponse:
    """A ready agreement about using a course back at work, for the two; one that is there already is shown instead."""
    person, on = person_of(request), today()
    seen = agreements_seen_by(person, on).filter(kind=Kind.COURSE)
    talk = [f"plan__conversation__{name}" for name in ("round", "manager", "employment__line_manager")]
    course = get_object_or_404(seen.select_related("goal", *talk), pk=pk)
    there = course.transfers.exclude(stage__in=LOST).first()
    if there is not None:
        return redirect("agreement", there.pk)
    if not course.is_open:
        raise Http404
    form = AgreementForm(course.plan, request.POST or None, ready=ready_transfer(course, on))
    if request.method == "POST" and form.is_valid():
        with Submission(form):
            agreed = agree_transfer(course, by=person, on=on, **form.facts())
            messages.success(request, _("Agreed: %(title)s.") % {"title": agreed.title})
            if course.plan.signed_text is None:
                return redirect(back_to_plan(course.plan.conversation, person))
            return redirect("agreement", agreed.pk)
    context = {"form": form, "course": course}
    return render(request, "agreements/take_transfer.html", context, status=422 if form.is_bound else 200)


def transfers_of(agreement: Agreement, *, whole: bool) -> dict[str, Any]:
    """What the page of an agreement says about its twin, to those who read it whole: the twins there are, the course
    that it is the use of, and whether a twin is offered."""
    if not whole:
        return {}
    if agreement.kind == Kind.PRACTICE:
        return {"used_course": agreement.transfer_of}
    there = list(agreement.transfers.exclude(stage__in=LOST))
    return {"transfers": there, "offers_transfer": not there and agreement.is_open}


def offered_transfer(agreed: QuerySet[Agreement], pk: str) -> Agreement | None:
    """The course of those agreed that was agreed a moment ago, while nothing is agreed about using it."""
    return agreed.filter(pk=int_from(pk) or 0, kind=Kind.COURSE, transfers=None).first()


urlpatterns = [path("aftaler/<int:pk>/brug/", transfer, name="transfer")]
