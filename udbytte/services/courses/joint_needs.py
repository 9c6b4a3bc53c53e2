"""Joint needs: a coordinator confirms one, and then chooses or arranges one course date for all its agreements."""

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
from udbytte.queries.courses.joint_needs import agreements_in_need, agreements_seeking_run, agreements_to_register
from udbytte.services.agreements.take_step import take_step
from udbytte.services.errors import MissingFact, NotPermitted, Refused, require_text_fits
from udbytte.services.locks import lock_agreements, retry_after_deadlock

from .catalogue import enter_course


@dataclass(slots=True)
class BatchResult:
    """The result of one action for many agreements: the changed ones, and the unchanged ones with the reason."""

    agreements: list[Agreement] = field(default_factory=list)
    left: list[tuple[Agreement, str]] = field(default_factory=list)


@retry_after_deadlock
@transaction.atomic
def confirm_joint_need(*, title: str, agreements: Iterable[int], by: Person, on: date) -> JointNeed:
    """Confirm that these agreements (by id) need the same course.

    Refused for fewer than two, or if one is closed or in another joint need.
    """
    rows, title = _served(agreements, by, on), title.strip()
    if not title:
        raise MissingFact("title")
    require_text_fits(title, LONGEST_TITLE, "title")
    if len(rows) < 2:
        raise Refused(_("Choose at least two."), "agreements")
    lock_agreements(row.pk for row in rows)
    locked = Agreement.objects.filter(pk__in=[row.pk for row in rows])
    if any(row.joint_need_id is not None or row.closed_on is not None for row in locked):
        raise Refused(_("One of them has been taken up elsewhere meanwhile. Look at the list again."), "agreements")
    need = JointNeed.objects.create(title=title, by=by, created_on=on)
    Agreement.objects.filter(pk__in=[row.pk for row in rows]).update(joint_need=need)
    return need


def _served(agreements: Iterable[int], by: Person, on: date) -> list[Agreement]:
    """The agreements with these ids. Raises NotPermitted unless the person coordinates all of them."""
    wanted = set(agreements)
    rows = list(course_agreements_served_by(by, on).filter(pk__in=wanted).order_by("planned_from", "pk"))
    if len(rows) != len(wanted):
        raise NotPermitted
    return rows


@retry_after_deadlock
@transaction.atomic
def leave_joint_need(need: JointNeed, agreement: Agreement, *, by: Person, on: date) -> None:
    """Take one agreement out of a joint need. If the need has no open agreement left, it is closed."""
    (row,) = _served([agreement.pk], by, on)
    Agreement.objects.filter(pk=row.pk, joint_need=need).update(joint_need=None)
    if not need.agreements.filter(closed_on__isnull=True).exists():
        close_joint_need(need, by=by, on=on)


@retry_after_deadlock
@transaction.atomic
def close_joint_need(need: JointNeed, *, by: Person, on: date) -> None:
    """Close a joint need. Each agreement goes on by itself."""
    if not course_agreements_served_by(by, on).filter(joint_need=need).exists() and need.by_id != by.pk:
        raise NotPermitted
    JointNeed.objects.filter(pk=need.pk, closed_on__isnull=True).update(closed_on=on)


@retry_after_deadlock
@transaction.atomic
def choose_run_for_need(need: JointNeed, run: CourseRun, *, by: Person, on: date) -> BatchResult:
    """Choose one course date for all agreements of a need that still look for one.

    Agreements with the course date that was chosen earlier for the need move along, unless their money is granted. If
    somebody has chosen another course date, that agreement is left as it is and listed in the result.
    """
    members = _members(need, by, on)
    others = (
        members.filter(stage=Stage.FOUND, proposed_by="")
        .exclude(pk__in=agreements_seeking_run(members, need))
        .exclude(run=run)
    )
    elsewhere = [(agreement, _("has chosen another date")) for agreement in others]
    done = _for_each(agreements_seeking_run(members, need).exclude(run=run), Event.CHOOSE_RUN, by=by, on=on, run=run)
    done.left += elsewhere
    if done.agreements:
        JointNeed.objects.filter(pk=need.pk).update(run=run)
        need.run = run
    return done


@retry_after_deadlock
@transaction.atomic
def plan_in_house_run(
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
) -> BatchResult:
    """Plan an in-house course date with `seats` seats, and choose it for all of the need.

    `price` in kroner for each person. Refused if there are fewer seats than people who need one, or if there is already
    a different course or course date with the same title and days.
    """
    waiting = agreements_seeking_run(_members(need, by, on), need).count()
    if seats < waiting:
        words = {"count": waiting, "seats": seats}
        raise Refused(_("%(count)s need a place, and there would be %(seats)s.") % words, "seats")
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
        raise Refused(
            _("There is such a course date already, with other places, hours or another price. Choose it above."),
            "starts_on",
        )
    return choose_run_for_need(need, run, by=by, on=on)


@retry_after_deadlock
@transaction.atomic
def register_need_members(need: JointNeed, *, by: Person, on: date, reference: str = "") -> BatchResult:
    """Register everybody whose money is granted. If there is no seat left, the agreement goes on the waiting list.

    Somebody who has chosen another course date is not registered here. Raises TooLong for the reference.
    """
    require_text_fits(reference, LONGEST_REFERENCE, "reference")
    done = _for_each(
        agreements_to_register(_members(need, by, on), need), Event.REGISTER, by=by, on=on, reference=reference
    )
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
    """The agreements of the need that the person coordinates. Raises NotPermitted if there are none."""
    rows = agreements_in_need(need, by, on)
    if not rows.exists():
        raise NotPermitted
    return rows


def _for_each(rows: QuerySet[Agreement], event: Event, *, by: Person, on: date, **facts: Any) -> BatchResult:
    """Take one step in each of the agreements. If one is refused, it stays as it was and the others go on."""
    done, agreements = BatchResult(), list(rows)
    lock_agreements(agreement.pk for agreement in agreements)
    for agreement in agreements:
        try:
            with transaction.atomic():
                done.agreements.append(take_step(agreement, event, by=by, on=on, facts=facts))
        except Refused as refused:
            done.left.append((agreement, refused.message))
    return done
