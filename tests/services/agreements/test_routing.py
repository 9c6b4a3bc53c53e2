"""HR asks about stalled steps and hands them on: announced first, in the same line, never to itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import pytest
from django.utils import timezone

from tests.cast import LONG_AGO, TODAY, employ, make_person
from tests.house import House
from tests.stalled import a_day_later, come_to_hr, make_late, nominated, of_plan, owners
from udbytte.domain.lifecycle import Event
from udbytte.domain.notifications import LapseNear, StepMoved
from udbytte.models import (
    Agreement,
    Email,
    FollowUpRun,
    LogEntry,
    Notification,
    Person,
    Role,
    RoleAssignment,
    Routing,
)
from udbytte.services.agreements.line import lapse_cause
from udbytte.services.agreements.outlook import outlook_of
from udbytte.services.agreements.routing import (
    announce_routing,
    apply_routings,
    ask_about_steps,
    cancel_routing,
    day_it_holds,
    give_steps_without_owner,
    takers_of,
)
from udbytte.services.agreements.take_step import take_step
from udbytte.services.errors import NotPermitted, Refused
from udbytte.services.notifications.follow_up import follow_up
from udbytte.services.notifications.notify import notify
from udbytte.services.notifications.write import write_urgent_emails
from udbytte.services.people.organisation import follow_organisation_changes

pytestmark = pytest.mark.django_db
WEDNESDAY = TODAY + timedelta(days=2)


@pytest.fixture
def other(house: House) -> Person:
    """Another budget owner, for the whole municipality, who manages nobody here."""
    person = make_person("Gerda")
    employ(person, house.cast.municipality)
    unit = house.cast.municipality
    RoleAssignment.objects.create(person=person, role=Role.BUDGET_OWNER, unit=unit, starts_on=LONG_AGO)
    follow_organisation_changes(on=TODAY)
    return person


@pytest.fixture
def stuck(house: House, other: Person) -> list[Agreement]:
    """Three nominations that Birgit has not decided, and that have come to HR."""
    rows = come_to_hr(house.cast, nominated(house.cast, house.plans[:3]))
    Notification.objects.all().delete()
    return rows


def told(kind: str) -> list[str]:
    rows = Notification.objects.filter(kind=kind).order_by("person__given_name", "pk")
    return list(rows.values_list("person__given_name", flat=True))


def names(people: Iterable[int]) -> set[str]:
    return {person.given_name for person in Person.objects.filter(pk__in=list(people))}


def test_it_holds_two_working_days_later() -> None:
    assert day_it_holds(TODAY) == WEDNESDAY
    assert day_it_holds(date(2026, 3, 5)) == date(2026, 3, 9)  # over a weekend
    assert day_it_holds(date(2026, 12, 22)) == date(2027, 1, 4)  # over Christmas


def test_the_silent_one_is_asked_once_a_day_with_the_number(house: House, stuck: list[Agreement]) -> None:
    cast = house.cast
    assert ask_about_steps(stuck, by=cast.hanne, on=TODAY) == [cast.birgit]
    assert ask_about_steps(stuck, by=cast.hanne, on=TODAY) == []
    notification = Notification.objects.get()
    assert (notification.person, notification.urgent) == (cast.birgit, True)
    assert notification.facts == {"step": "decide", "count": 3, "by": "Hanne Hansen"}
    assert ask_about_steps(stuck, by=cast.hanne, on=TODAY + timedelta(days=1)) == [cast.birgit]


def test_it_goes_on_after_two_working_days_and_those_concerned_hear_of_it_first(
    house: House, stuck: list[Agreement], other: Person
) -> None:
    cast = house.cast
    employ(cast.birgit, cast.children)
    cast.birgit.employments.update(line_manager=cast.dorthe)
    routings = announce_routing(stuck, to=other, by=cast.hanne, on=TODAY)
    assert {routing.holds_on for routing in routings} == {WEDNESDAY}
    assert told("routing") == ["Birgit", "Dorthe"]
    assert owners(stuck) == [cast.hanne] * 3
    assert apply_routings(on=TODAY + timedelta(days=1)) == 0
    assert apply_routings(on=WEDNESDAY) == 3
    assert owners(stuck) == [other] * 3
    assert told("step") == ["Gerda"] * 3
    decided = take_step(Agreement.objects.get(pk=stuck[0].pk), Event.GRANT, by=other, on=WEDNESDAY)
    assert decided.stage == "funded"
    assert apply_routings(on=WEDNESDAY) == 0


def test_the_daily_follow_up_gives_it_away(house: House, stuck: list[Agreement], other: Person) -> None:
    announce_routing(stuck, to=other, by=house.cast.hanne, on=TODAY)
    follow_up(on=WEDNESDAY)
    assert owners(stuck) == [other] * 3


def test_nothing_lapses_between_the_announcement_and_the_day_it_holds(
    house: House, stuck: list[Agreement], other: Person
) -> None:
    """It would have lapsed the day after; its new owner then has two weeks, and lapses a week after them."""
    make_late(stuck, 71)  # of which nine at Christmas do not count
    came_on = TODAY - timedelta(days=21)
    Agreement.objects.filter(pk__in=[row.pk for row in stuck]).update(line_told_on=came_on, step_since=came_on)
    cause = [lapse_cause(Agreement.objects.get(pk=row.pk)) for row in stuck]
    for row, key in zip(stuck, cause, strict=True):
        notify(row.employee, LapseNear(day=TODAY), on=TODAY - timedelta(days=8), cause=key, agreement=row)
    for number in range(70):
        FollowUpRun.objects.create(on=TODAY - timedelta(days=70 - number), finished_at=timezone.now())
    announce_routing(stuck[:2], to=other, by=house.cast.hanne, on=TODAY)
    day, ends = TODAY, []
    date_after, end = WEDNESDAY + timedelta(days=14), WEDNESDAY + timedelta(days=22)
    for _number in range(24):
        outlook = outlook_of(Agreement.objects.get(pk=stuck[0].pk), on=day)
        ends.append(outlook.day if outlook is not None and day >= WEDNESDAY else None)
        day = a_day_later(day)
        stages = [Agreement.objects.get(pk=row.pk).stage for row in stuck]
        if day < end:
            assert stages == ["nominated", "nominated", "lapsed"], day
        elif day == end:
            assert stages == ["lapsed"] * 3
    assert set(ends[2:24]) == {end}
    assert LogEntry.objects.get(agreement=stuck[0], event="hand_over").due == date_after


def test_several_that_come_to_hr_on_a_day_are_one_item_of_its_email(house: House, other: Person) -> None:
    rows = come_to_hr(house.cast, nominated(house.cast, house.plans[:3]))
    Notification.objects.all().delete()
    for row in rows:
        moved = StepMoved(unit="Børnehuset", step="decide", days=43, silent="Birgit Hansen")
        notify(house.cast.hanne, moved, on=TODAY, cause=f"moved:{row.pk}", agreement=row, urgent=True)
    write_urgent_emails(on=TODAY)
    email = Email.objects.get(person=house.cast.hanne)
    assert email.text.count("* ") == 1 and "3 opgaver er gået i stå" in email.text
    assert "KANARIEFUGL" not in email.text and "Mette" not in email.text


def test_what_is_answered_before_stays_answered(house: House, stuck: list[Agreement], other: Person) -> None:
    cast = house.cast
    announce_routing(stuck, to=other, by=cast.hanne, on=TODAY)
    take_step(stuck[0], Event.REFUSE, by=cast.birgit, on=TODAY, reason="Nej")
    assert apply_routings(on=WEDNESDAY) == 2
    assert owners(stuck) == [cast.bente, other, other]
    assert list(Routing.objects.order_by("pk").values_list("applied_on", "ended_on")) == [
        (None, WEDNESDAY), (WEDNESDAY, None), (WEDNESDAY, None),
    ]  # fmt: skip


def test_hr_can_take_it_back_until_it_holds(house: House, stuck: list[Agreement], other: Person) -> None:
    cast = house.cast
    announce_routing(stuck, to=other, by=cast.hanne, on=TODAY)
    assert len(cancel_routing(stuck, by=cast.hanne, on=TODAY)) == 3
    assert told("no_routing") == ["Birgit"]
    assert apply_routings(on=WEDNESDAY) == 0
    assert owners(stuck) == [cast.hanne] * 3
    assert len(announce_routing(stuck, to=other, by=cast.hanne, on=TODAY)) == 3


def test_only_somebody_of_the_same_line_can_take_it(house: House, stuck: list[Agreement], other: Person) -> None:
    cast = house.cast
    assert names(takers_of(stuck, by=cast.hanne, on=TODAY)) == {"Gerda"}
    for person in (cast.hanne, cast.birgit, cast.jonas, cast.lars, stuck[0].employee):
        with pytest.raises(Refused):
            announce_routing(stuck[:1], to=person, by=cast.hanne, on=TODAY)
    cast.birgit.employments.update(line_manager=cast.dorthe)
    assert names(takers_of(stuck, by=cast.hanne, on=TODAY)) == {"Gerda", "Dorthe"}
    announced = announce_routing(stuck, to=None, by=cast.hanne, on=TODAY)
    assert {routing.to for routing in announced} == {cast.dorthe}


def test_hr_never_gives_a_step_away_at_once(house: House, stuck: list[Agreement], other: Person) -> None:
    with pytest.raises(Refused):
        take_step(stuck[0], Event.HAND_OVER, by=house.cast.hanne, on=TODAY, owner=other)
    assert owners(stuck[:1]) == [house.cast.hanne]


def test_nobody_else_routes_and_hr_routes_only_what_has_come_to_it(
    house: House, stuck: list[Agreement], other: Person
) -> None:
    cast = house.cast
    late = nominated(cast, house.plans[3:4])
    make_late(late, 30)
    with pytest.raises(Refused):
        announce_routing(late, to=other, by=cast.hanne, on=TODAY)
    for person in (cast.lars, cast.ida, cast.bente, cast.birgit):
        with pytest.raises(NotPermitted):
            announce_routing(stuck, to=other, by=person, on=TODAY)
        with pytest.raises(NotPermitted):
            ask_about_steps(stuck, by=person, on=TODAY)


def test_a_step_without_an_owner_is_given_at_once(house: House) -> None:
    cast = house.cast
    rows = [of_plan(cast, plan) for plan in house.plans[:2]]
    Agreement.objects.filter(pk__in=[row.pk for row in rows]).update(stray=True, step_owner=cast.hanne)
    with pytest.raises(Refused):
        give_steps_without_owner(rows, to=cast.hanne, by=cast.hanne, on=TODAY)
    assert len(give_steps_without_owner(rows, to=cast.dorthe, by=cast.hanne, on=TODAY)) == 2
    assert owners(rows) == [cast.dorthe] * 2


def test_a_step_of_an_employee_never_comes_to_hr(house: House) -> None:
    """The employee looks for the course date where nobody coordinates; it stops at the line manager, and lapses."""
    cast = house.cast
    cast.bente.roles.update(ends_on=TODAY - timedelta(days=1))
    row = of_plan(cast, house.plans[0])
    day, had = TODAY, set()
    while Agreement.objects.get(pk=row.pk).is_open and day < TODAY + timedelta(days=150):
        day = a_day_later(day)
        had |= set(Agreement.objects.filter(pk=row.pk, step_owner__isnull=False).values_list("step_owner", flat=True))
    row.refresh_from_db()
    assert names(had) == {row.employee.given_name, "Lars"}
    assert row.stage == "lapsed"
