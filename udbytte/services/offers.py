"""Offers to help: made, changed and taken back by whoever offers."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from ..access.helping import offers_of
from ..models import HelpOffer, Person, PracticeMethod
from .errors import MissingFact, NotPossible, Refused

MOST = 10  # offers that one person has at a time


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
    """Offer to help others with something, `at_most` so many people at a time. The same words again change the offer.

    Raises MissingFact without words, Refused when the day is past, the limit is not 1 to 10 or there are many already.
    """
    if not what.strip():
        raise MissingFact("what")
    if until is not None and until < on:
        raise Refused(_("Choose a day that is not past."), "until")
    Person.objects.select_for_update().get(pk=by.pk)
    standing = offers_of(by, on)
    same = standing.filter(what__iexact=what.strip()).first()
    if same is None and standing.count() >= MOST:
        raise Refused(_("You have %(count)s offers already. Take one back first.") % {"count": MOST}, "what")
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
    """Take an offer back; who is helped already is helped on. NotPossible when it is taken back already."""
    row = offers_of(by, on).select_for_update().filter(pk=offer.pk).first()
    if row is None:
        raise NotPossible
    row.withdrawn_on = on
    row.save(update_fields=["withdrawn_on"])
