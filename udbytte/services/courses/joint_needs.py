"""Joint needs: confirmed by a coordinator, then booked, or held in-house, for all of them in one go."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from udbytte.access.agreements import course_agreements_served_by
from udbytte.domain.lifecycle import Event, Stage
from udbytte.models import Agreement, CourseKind, CourseRun, JointNeed, Mode, Person
from udbytte.models.agreements import LONGEST_REFERENCE
from udbytte.models.courses import LONGEST_TITLE
from udbytte.queries.courses.joint_needs import looking, members_of, ready
from udbytte.services.agreements.take_step import take_step
from udbytte.services.errors import MissingFact, NotPermitted, Refused, require_room

from .catalogue import enter_course


@dataclass(slots=True)
class Done:
    """What one action for many came to: those it was done for, and who was left as they were, with why."""

    agreements: list[Agreement] = field(default_factory=list)
    left: list[tuple[Agreement, str]] = field(default_factory=list)


def _served(agreements: Iterable[int], by: Person, on: date) -> list[Agreement]:
    """The agreements, all of which the person coordinates. Raises NotPermitted when one is somebody else's."""
    wanted = set(agreements)
    rows = list(course_agreements_served_by(by, on).filter(pk__in=wanted).order_by("planned_from", "pk"))
    if len(rows) != len(wanted):
        raise NotPermitted
    return rows


@transaction.atomic
def confirm_need(*, title: str, agreements: Iterable[int], by: Person, on: date) -> JointNeed:
    """Say that these agreements (by id) mean the same. Refused for fewer than two, or one that stands elsewhere."""
    rows, title = _served(agreements, by, on), title.strip()
    if not title:
        raise MissingFact("title")
    require_room(title, LONGEST_TITLE, "title")
    if len(rows) < 2:
        raise Refused(_("Choose at least two: one alone is no joint need."), "agreements")
    locked = Agreement.objects.select_for_update().filter(pk__in=[row.pk for row in rows])
    if any(row.joint_need_id is not None or row.closed_on is not None for row in locked):
        raise Refused(_("One of them has been taken up elsewhere meanwhile. Look at the list again."), "agreements")
    need = JointNeed.objects.create(title=title, by=by, created_on=on)
    Agreement.objects.filter(pk__in=[row.pk for row in rows]).update(joint_need=need)
    return need


@transaction.atomic
def leave_need(need: JointNeed, agreement: Agreement, *, by: Person, on: date) -> None:
    """Take one agreement out of a joint need; it goes on by itself. The last two close the need."""
    (row,) = _served([agreement.pk], by, on)
    Agreement.objects.filter(pk=row.pk, joint_need=need).update(joint_need=None)
    if not need.agreements.filter(closed_on__isnull=True).exists():
        close_need(need, by=by, on=on)


@transaction.atomic
def close_need(need: JointNeed, *, by: Person, on: date) -> None:
    """Nothing more is done together; each agreement goes on by itself."""
    if not course_agreements_served_by(by, on).filter(joint_need=need).exists() and need.by_id != by.pk:
        raise NotPermitted
    JointNeed.objects.filter(pk=need.pk, closed_on__isnull=True).update(closed_on=on)


@transaction.atomic
def book_run(need: JointNeed, run: CourseRun, *, by: Person, on: date) -> Done:
    """Choose one run for all of a need whose agreements still look for one; each goes on to its own money.

    Those that have the run that was booked for all before go along, unless their money is settled; who has chosen
    another one by themself is left with it, and named.
    """
    members = _members(need, by, on)
    others = members.filter(stage=Stage.FOUND, dropping="").exclude(pk__in=looking(members, need)).exclude(run=run)
    elsewhere = [(agreement, _("has chosen another run")) for agreement in others]
    done = _for_each(looking(members, need).exclude(run=run), Event.CHOOSE_RUN, by=by, on=on, run=run)
    done.left += elsewhere
    if done.agreements:
        JointNeed.objects.filter(pk=need.pk).update(run=run)
        need.run = run
    return done


@transaction.atomic
def plan_in_house(
    need: JointNeed,
    *,
    by: Person,
    on: date,
    title: str,
    starts_on: date,
    ends_on: date,
    seats: int,
    place: str = "",
    hours: str = "",
    price: int = 0,
    provider: str = "",
) -> Done:
    """Plan a run of our own with so many seats, and choose it for all of the need. `price` in kroner for each.

    Raises Refused when there are fewer seats than people of the units served who need one, and when there is such a
    course or run already that is another.
    """
    waiting = looking(_members(need, by, on), need).count()
    if seats < waiting:
        words = {"count": waiting, "seats": seats}
        raise Refused(_("%(count)s need a seat, and there would be %(seats)s.") % words, "seats")
    run = enter_course(
        by=by,
        on=on,
        title=title,
        provider=provider,
        kind=CourseKind.IN_HOUSE,
        price=price,
        starts_on=starts_on,
        ends_on=ends_on,
        hours=hours,
        place=place,
        seats=seats,
        mode=Mode.ON_SITE,
    )
    if run.course.kind != CourseKind.IN_HOUSE or not run.is_held:
        raise Refused(_("There is such a course already, at a provider. Give yours another title."), "title")
    if (run.seats, run.hours, run.cost) != (seats, hours.strip(), price):
        raise Refused(_("There is such a run already, with other seats, hours or price. Choose it above."), "starts_on")
    return book_run(need, run, by=by, on=on)


@transaction.atomic
def register_all(need: JointNeed, *, by: Person, on: date, reference: str = "") -> Done:
    """Write down that everyone whose money is settled is registered; who has no seat left goes on the waitlist.

    Who has chosen another run meanwhile is registered there by itself. Raises TooLong for the reference.
    """
    require_room(reference, LONGEST_REFERENCE, "reference")
    done = _for_each(ready(_members(need, by, on), need), Event.REGISTER, by=by, on=on, reference=reference)
    for agreement, why in list(done.left):
        try:
            with transaction.atomic():
                take_step(agreement, Event.WAITLIST, by=by, on=on)
        except Refused:
            continue
        done.left.remove((agreement, why))
        done.left.append((agreement, _("on the waitlist: %(why)s") % {"why": why}))
    return done


def _members(need: JointNeed, by: Person, on: date) -> QuerySet[Agreement]:
    """The agreements of the need that the person coordinates. Raises NotPermitted where there are none."""
    rows = members_of(need, by, on)
    if not rows.exists():
        raise NotPermitted
    return rows


def _for_each(rows: QuerySet[Agreement], event: Event, *, by: Person, on: date, **facts: Any) -> Done:
    """One event for each of the agreements; a refusal of one leaves it as it was, and lets the others happen."""
    done = Done()
    for agreement in list(rows):
        try:
            with transaction.atomic():
                done.agreements.append(take_step(agreement, event, by=by, on=on, facts=facts))
        except Refused as refused:
            done.left.append((agreement, refused.message))
    return done
