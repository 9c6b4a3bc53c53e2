"""Offers to help, and a manager's question to the team about who has found a helper."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from udbytte.access.agreements import agreements_of_reports
from udbytte.access.practice import offers_of
from udbytte.domain.lifecycle import Kind
from udbytte.domain.notifications import WhoHelps
from udbytte.models import Agreement, HelpOffer, Person, PracticeMethod
from udbytte.services.errors import MissingFact, NotPossible, Refused
from udbytte.services.notifications.notify import notify

MOST = 10  # open offers of one person


@transaction.atomic
def offer_help(
    *,
    what: str,
    by: Person,
    on: date,
    method: PracticeMethod | None = None,
    at_most: int = 1,
    until: date | None = None,
) -> HelpOffer:
    """Offer to help others with something, at most `at_most` people at a time. The same words again change the offer.

    Raises MissingFact without words, and Refused if the day is past, the limit is not 1 to 10, or there are too many
    offers.
    """
    if not what.strip():
        raise MissingFact("what")
    if until is not None and until < on:
        raise Refused(_("Choose today or a later date."), "until")
    Person.objects.select_for_update(no_key=True).get(pk=by.pk)
    status = offers_of(by, on)
    same = status.filter(what__iexact=what.strip()).first()
    if same is None and status.count() >= MOST:
        raise Refused(_("You have %(count)s offers already. Withdraw one first.") % {"count": MOST}, "what")
    offer = same or HelpOffer(person=by, what=what.strip(), offered_on=on)
    offer.method, offer.at_most, offer.until = method, at_most, until
    try:
        offer.full_clean()
    except ValidationError as error:
        raise Refused(error.messages[0], "at_most") from None
    offer.save()
    return offer


@transaction.atomic
def take_back_offer(offer: HelpOffer, *, by: Person, on: date) -> None:
    """Withdraw an offer. Help that has begun goes on. NotPossible if it is withdrawn already."""
    row = offers_of(by, on).select_for_update(no_key=True).filter(pk=offer.pk).first()
    if row is None:
        raise NotPossible
    row.withdrawn_on = on
    row.save(update_fields=["withdrawn_on"])


def agreements_without_helper(manager: Person, on: date) -> list[Agreement]:
    """The open practice agreements of the manager's present employees that need a helper."""
    reports = agreements_of_reports(manager, on)
    alone = reports.filter(kind=Kind.PRACTICE, step="find_helper", closed_on__isnull=True)
    return list(alone.select_related("employee").order_by("pk"))


@transaction.atomic
def ask_team_who_helps(*, by: Person, on: date) -> int:
    """Ask each employee of the team whose practice agreement has no helper, in their email.

    At most once in a calendar week for each agreement. Returns how many people were asked now.
    """
    week = "{}-{}".format(*on.isocalendar()[:2])
    asked: set[int] = set()
    for agreement in agreements_without_helper(by, on):
        facts, cause = WhoHelps(by=by.given_name), f"who-helps:{agreement.pk}:{week}"
        if notify(agreement.employee, facts, on=on, cause=cause, agreement=agreement):
            asked.add(agreement.employee_id)
    return len(asked)
