"""Slips for employees without email: one question each, with the QR code of its link, to print and to hand over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.formats import date_format
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from udbytte.access.links import AnswerLink, SignedLink, WrittenLink
from udbytte.domain.lifecycle import email_answers
from udbytte.domain.numbers import int_from
from udbytte.emails.items import public_name
from udbytte.emails.steps import asks_of
from udbytte.emails.written import asks_whether_right
from udbytte.models.formatting import due
from udbytte.queries.people.slips import OpenQuestion, open_questions_of_team
from udbytte.runtime.clock import today
from udbytte.services.papers.pdf import render_pdf
from udbytte.services.papers.qr_code import qr_code
from udbytte.web.base.request import only, person_of


@dataclass(frozen=True, slots=True)
class SlipRow:
    """An employee who has an open question; a slip is chosen for those whom no email reaches."""

    question: OpenQuestion
    asks: str
    when: str
    is_chosen: bool


@only(lambda mine: mine.is_manager)
@require_GET
def slips(request: HttpRequest) -> HttpResponse:
    """Who has an open question, and for whom a slip is printed."""
    on = today()
    rows = [
        SlipRow(
            question,
            _asks(question),
            due(question.agreement.step_due, on) if question.agreement.step_due else "",
            question.needs_paper,
        )
        for question in open_questions_of_team(person_of(request), on)
    ]
    return render(request, "people/team/slips.html", {"rows": rows})


@only(lambda mine: mine.is_manager)
@require_GET
@never_cache
def slips_paper(request: HttpRequest) -> HttpResponse:
    """The slips of those who are chosen, as a PDF; each in the language of its employee."""
    on = today()
    chosen = {int_from(text) for text in request.GET.getlist("person")}
    questions = [row for row in open_questions_of_team(person_of(request), on) if row.person.pk in chosen]
    if not questions:
        messages.error(request, _("Choose at least one employee who has an open question."))
        return redirect("slips")
    facts = {
        "title": _("Slips with a question"),
        "over": person_of(request).name,
        "under": _("Cut them apart, and give each slip to the person it names."),
        "foot": date_format(on, "DATE_FORMAT"),
        "alt": _("QR code that leads to the question"),
        "slips": [_slip(question, on) for question in questions],
    }
    pdf = render_pdf("slips", facts, language=(get_language() or "da")[:2])
    response = HttpResponse(pdf, content_type="application/pdf")
    name = _("slips")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


def _slip(question: OpenQuestion, on: date) -> dict[str, Any]:
    """What one slip shows. It names the course or the way; no free title and no answer, as it may lie about."""
    link = _link(question, on)
    with override(question.person.language):
        until = date_format(on + timedelta(days=link.days_valid or 0), "DATE_FORMAT")
        return {
            "name": question.person.name,
            "asks": _asks(question),
            "about": public_name(question.agreement),
            "code": qr_code(link.url),
            "url": link.url,
            "how": _("Point your phone's camera at the code. You need not log in."),
            "link": _("The code can be used until %(day)s.") % {"day": until},
        }


def _asks(question: OpenQuestion) -> str:
    if question.written is not None:
        return asks_whether_right(question.written.by.name)
    return asks_of(question.agreement, question.person)


def _link(question: OpenQuestion, on: date) -> SignedLink:
    if question.written is not None:
        return WrittenLink(question.person.pk, question.written.pk, on)
    event = email_answers(question.agreement.step)[0]
    return AnswerLink.ask(event, person=question.person, agreement=question.agreement, on=on)


urlpatterns = [
    path("medarbejdere/sedler/", slips, name="slips"),
    path("medarbejdere/sedler.pdf", slips_paper, name="slips-paper"),
]
