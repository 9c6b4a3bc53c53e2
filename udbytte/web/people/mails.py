"""The emails that wait, why, and whose address refuses mail. For administrators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST

from udbytte.domain.notifications.mail_answers import Trouble
from udbytte.models import OUTSIDE_KINDS, Email, MailOutage, Person
from udbytte.models.formatting import day_and_time
from udbytte.queries.notifications.mail import mail_state, marked_people, waiting_emails
from udbytte.runtime.clock import today
from udbytte.services.notifications.addresses import confirm_address, try_again
from udbytte.web.base.components import Action, Table, TableRow
from udbytte.web.base.context import as_context
from udbytte.web.base.request import only

SHOWN = 100
TROUBLES = {
    Trouble.AWAY: lazy("The mail server cannot be reached."),
    Trouble.LOGIN: lazy("The mail server rejects Udbytte's login."),
    Trouble.SENDER: lazy("The mail server rejects Udbytte's sender address."),
    Trouble.REFUSES: lazy("The mail server refuses the emails."),
}
KINDS = {
    "digest": lazy("weekly email"),
    "extra": lazy("email that cannot wait"),
    "provider": lazy("registration with a provider"),
    "journal": lazy("a plan to the journal"),
    "login": lazy("login code"),
    "account": lazy("email about logging in"),
}


@dataclass(frozen=True, slots=True)
class MailsPage:
    """What mails.html reads."""

    outage: MailOutage | None
    outage_since: str
    last_tried: str
    trouble: str
    is_trouble: bool
    is_untried: bool
    waiting: int
    oldest: str
    emails: Table
    marked: Table
    shown: int


@only(lambda mine: mine.is_administrator)
def mails(request: HttpRequest) -> HttpResponse:
    """What waits, since when and why, and who has been marked and by which answer."""
    now, on = timezone.now(), today()
    state = mail_state(now)
    outage = state.outage
    page = MailsPage(
        outage=outage,
        outage_since=day_and_time(outage.since, on) if outage is not None else "",
        last_tried=day_and_time(outage.last_tried_at, on) if outage is not None else "",
        trouble=str(TROUBLES[Trouble(outage.trouble)]) if outage is not None else "",
        is_trouble=state.is_trouble,
        is_untried=state.is_untried,
        waiting=state.waiting,
        oldest=day_and_time(state.oldest, on) if state.oldest is not None else "",
        emails=_emails_table(list(waiting_emails().select_related("person")[:SHOWN]), on, in_outage=outage is not None),
        marked=_marked_table(list(marked_people().order_by("-mail_refused_at", "pk")[:SHOWN]), on),
        shown=SHOWN,
    )
    return render(request, "people/organisation/mails.html", as_context(page))


def _emails_table(emails: Sequence[Email], on: date, *, in_outage: bool) -> Table:
    untried = _("waits for the mail server") if in_outage else _("not tried yet")
    rows = [
        TableRow(
            email.to if email.kind in OUTSIDE_KINDS else email.person.name,
            (day_and_time(email.created_at, on), email.error or untried),
            sub=str(KINDS[email.kind]),
        )
        for email in emails
    ]
    return Table((_("To"), _("Waits since"), _("What the mail server answered last")), rows, css="cards")


def _marked_table(people: Sequence[Person], on: date) -> Table:
    rows = [
        TableRow(
            person.name,
            (day_and_time(person.mail_refused_at, on) if person.mail_refused_at else "", person.mail_refusal),
            sub=person.email or "",
            actions=[
                Action(
                    _("The address is right"),
                    reverse("confirm-address", args=[person.pk]),
                    do="confirm",
                    variant="secondary",
                    named=person.name,
                )
            ],
        )
        for person in people
    ]
    return Table((_("Who"), _("Since"), _("The answer"), ""), rows, css="cards")


@only(lambda mine: mine.is_administrator)
@require_POST
def try_emails_again(request: HttpRequest) -> HttpResponse:
    """Let the worker try everything that waits."""
    try_again(timezone.now())
    messages.success(request, _("What waits is tried again within a minute."))
    return redirect("mails")


@only(lambda mine: mine.is_administrator)
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back the mark of an address."""
    person = get_object_or_404(marked_people(), pk=pk)
    confirm_address(person)
    messages.success(request, _("%(name)s gets emails again.") % {"name": person.name})
    return redirect("mails")


urlpatterns = [
    path("mails/", mails, name="mails"),
    path("mails/igen/", try_emails_again, name="try-emails-again"),
    path("mails/adresse/<int:pk>/", confirm, name="confirm-address"),
]
