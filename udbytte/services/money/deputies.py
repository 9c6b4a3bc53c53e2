"""Deputies: who settles the money in a manager's or budget owner's place for a period."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from udbytte.access.people import decides_about_money
from udbytte.domain.notifications import DeputyEnded, DeputyNamed
from udbytte.models import Deputy, Person
from udbytte.services.errors import NotPermitted, Refused
from udbytte.services.notifications.notify import notify
from udbytte.services.organisation import settle_owners

LONGEST = timedelta(days=366)


@transaction.atomic
def name_deputy(*, deputy: Person, starts_on: date, ends_on: date, by: Person, on: date) -> Deputy:
    """Name somebody for a period; steps about money that wait are theirs from its first day, and come back after it.

    Raises NotPermitted for who settles no money, Refused when the days are wrong, more than a year, or taken already.
    """
    if not decides_about_money(by, on):
        raise NotPermitted
    if not deputy.is_active:
        raise Refused(_("Choose somebody who works here."), "deputy")
    if starts_on < on:
        raise Refused(_("Choose a day that is not past."), "starts_on")
    if ends_on < starts_on:
        raise Refused(_("The last day is before the first."), "ends_on")
    if ends_on - starts_on > LONGEST:
        raise Refused(_("A year is the longest."), "ends_on")
    Person.objects.select_for_update().get(pk=by.pk)
    overlapping = Q(starts_on__lte=ends_on, ends_on__gte=starts_on)
    if Deputy.objects.filter(overlapping, person=by).exclude(ends_on__lt=F("starts_on")).exists():
        raise Refused(_("You have a deputy in those days already. End that first."), "starts_on")
    named = Deputy(person=by, deputy=deputy, starts_on=starts_on, ends_on=ends_on)
    try:
        named.full_clean()
    except ValidationError as error:
        raise Refused(error.messages[0], "deputy" if deputy == by else "ends_on") from None
    named.save()
    facts = DeputyNamed(who=by.name, starts_on=starts_on, ends_on=ends_on)
    notify(deputy, facts, on=on, cause=f"deputy:{named.pk}", urgent=True)
    settle_owners(on)
    return named


@transaction.atomic
def end_deputy(deputy: Deputy, *, by: Person, on: date) -> None:
    """End a deputy as of yesterday, by who named them, and tell the deputy; what waits goes back at once.

    One that has begun leaves its row; one that has not is as if it had never been named. One that is over stays so.
    """
    row = Deputy.objects.select_for_update().get(pk=deputy.pk)
    if row.person_id != by.pk:
        raise NotPermitted
    if row.ends_on is not None and row.ends_on < on:
        return
    notify(row.deputy, DeputyEnded(who=by.name), on=on, cause=f"no_deputy:{row.pk}", urgent=True)
    if row.starts_on > on:
        row.delete()
    else:
        row.ends_on = on - timedelta(days=1)
        row.save(update_fields=["ends_on"])
    settle_owners(on)
