"""Undoing what was just pressed: the button beside what was saved, on pages and after an answer from an email."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST

from udbytte.access.agreements import agreements_readable_by
from udbytte.access.links import UndoLink
from udbytte.models import Agreement, Person, Press
from udbytte.runtime.clock import today
from udbytte.services.agreements.undo import undo
from udbytte.services.errors import Refused
from udbytte.web.base.email_links import USED, Outcome, answered_from_email, outcome_page
from udbytte.web.base.request import person_of

NOT_ANY_MORE = lazy("It cannot be undone any more")


@require_POST
def undo_press(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo what the person has pressed, and go on with the agreement."""
    person = person_of(request)
    try:
        agreement = _undo(pk, person)
    except Refused as refused:
        messages.error(request, refused.message)
        press = Press.objects.select_related("entry").filter(pk=pk, by=person).first()
        about = press.entry.agreement_id if press is not None else 0
    else:
        messages.success(request, _("Undone. It is as it was before, and nobody has heard of it."))
        about = agreement.pk
    seen = agreements_readable_by(person, today()).filter(pk=about).exists()
    return redirect("agreement", about) if seen else redirect("home")


@answered_from_email(UndoLink)
def undo_from_link(request: HttpRequest, person: Person, link: UndoLink) -> HttpResponse:
    """Undo an answer that was given without logging in. The question is open again. A GET changes nothing."""
    if request.method != "POST":
        return outcome_page(request, USED)
    try:
        _undo(link.press_id, person)
    except Refused as refused:
        return outcome_page(request, Outcome(NOT_ANY_MORE, refused.message))
    return render(request, "agreements/undone.html", {"person": person, "question": link.back})


def _undo(pk: int, person: Person) -> Agreement:
    """Raises Refused, also for what somebody else has pressed: it is as if it were not there."""
    press = Press.objects.select_related("entry").filter(pk=pk, by=person).first()
    if press is None:
        raise Refused(_("It can be undone for 15 minutes, on the same day. That time is over."))
    return undo(press, by=person, on=today(), now=timezone.now())


urlpatterns = [
    path("fortryd/<int:pk>/", undo_press, name="undo"),
    path("svar/fortryd/<str:token>/", undo_from_link, name="undo-answer"),
]
