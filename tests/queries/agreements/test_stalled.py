"""HR's groups: by cause, with who is late, and never a step of an employee."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.cast import LONG_AGO, TODAY, Cast, employ, make_person, make_unit
from tests.house import House, more_people
from tests.stalled import come_to_hr, make_late, nominated, of_plan
from udbytte.domain.lifecycle import Event, Kind, Party
from udbytte.models import Agreement, Employment, ManagerRole
from udbytte.models.stalled_text import group_sentence
from udbytte.queries.agreements.stalled import Cause, Group, first_owners, groups_for_hr, sentence_of, units_shown
from udbytte.services.agreements.take_step import take_step
from udbytte.services.people.organisation import follow_organisation_changes

pytestmark = pytest.mark.django_db


def groups(cast: Cast) -> list[Group]:
    return groups_for_hr(cast.hanne, TODAY)


def test_nominations_for_the_same_budget_owner_are_one_group_with_its_deadline(house: House) -> None:
    rows = nominated(house.cast, house.plans)
    make_late(rows, 30)
    come_to_hr(house.cast, rows[:3])
    (group,) = groups(house.cast)
    assert (group.cause, group.step, group.count, group.ages) == (Cause.PERSON, "decide", 8, (0, 5, 3))
    assert [person.name for person, _rows in group.people] == ["Birgit Hansen"]
    assert len(group.with_hr) == 3 and len(group.deadlines) == 8 and group.oldest == 43
    assert sentence_of(group) == (
        "8 indstillinger venter på den samme budgetansvarlige: 8 kan stadig nå det, indtil fredag 8. maj"
    )


def test_of_several_deadlines_the_first_is_named() -> None:
    said = group_sentence(
        step="decide", party=Party.BUDGET_OWNER, count=15, people=1, oldest=30, savable=9, until=date(2026, 3, 3),
        on=TODAY, first=True,
    )  # fmt: skip
    assert said.endswith("budgetansvarlige: 9 kan stadig nå det, den første indtil tirsdag 3. marts")


def test_a_deadline_that_has_passed_saves_nobody(house: House) -> None:
    rows = nominated(house.cast, house.plans[:3])
    make_late(rows, 30)
    house.cast.run.signup_deadline = date(2026, 3, 1)
    house.cast.run.save()
    (group,) = groups(house.cast)
    assert (group.deadlines, group.savable) == ([], [])
    assert sentence_of(group) == "3 indstillinger venter på den samme budgetansvarlige, op til 30 dage over fristen"


def test_it_counts_after_three_weeks(house: House) -> None:
    rows = nominated(house.cast, house.plans[:2])
    make_late(rows[:1], 21)
    make_late(rows[1:], 22)
    assert [group.count for group in groups(house.cast)] == [1]


def test_no_step_of_an_employee_is_in_it(house: House) -> None:
    cast = house.cast
    helper = of_plan(cast, house.plans[0], kind=Kind.PRACTICE)
    cast.bente.roles.update(ends_on=TODAY - timedelta(days=1))
    own = of_plan(cast, house.plans[1])  # nobody coordinates the unit, so that the employee looks for the course date
    assert own.step_owner == own.employee
    proposed = take_step(of_plan(cast, house.plans[2]), Event.PROPOSE_REPLACE, by=cast.lars, on=TODAY, facts={
        "title": "Andet", "kind": Kind.COURSE, "planned_from": TODAY, "planned_to": TODAY,
    })  # fmt: skip
    make_late([helper, own, proposed], 60)
    assert groups(cast) == []
    moved = take_step(own, Event.MOVE_ON, by=None, on=TODAY, facts={"owner": cast.lars, "level": 1, "days": 60})
    assert first_owners([moved]) == {own.pk: own.employee_id}
    assert groups(cast) == []


def test_a_coordinator_with_more_than_ten_late_steps_is_one_group(house: House) -> None:
    cast = house.cast
    plans = [*house.plans, *more_people(cast, 3, prefix="Flere")]
    rows = [of_plan(cast, plan) for plan in plans[:10]]
    make_late(rows, 1)
    assert groups(cast) == []
    rows.append(of_plan(cast, plans[10]))
    make_late(rows, 1)
    (group,) = groups(cast)
    assert (group.cause, group.count, group.people[0][0]) == (Cause.CAPACITY, 11, cast.bente)


def test_steps_without_an_owner_are_a_group_of_the_nearest_unit_with_five_people(house: House) -> None:
    cast = house.cast
    small = make_unit("Lillestuen", cast.kindergarten)
    row = of_plan(cast, house.plans[0])
    Agreement.objects.filter(pk=row.pk).update(stray=True, step_owner=cast.hanne, unit=small)
    (group,) = groups(cast)
    assert (group.cause, group.unit, group.people) == (Cause.NO_OWNER, cast.kindergarten, [])
    assert sentence_of(group) == "1 opgave har ingen ansvarlig"


def test_managers_with_a_few_each_are_joined_by_area(house: House) -> None:
    cast = house.cast
    school = make_unit("Skolen", cast.children)
    head = make_person("Hans", "Leder")
    ManagerRole.objects.create(person=head, unit=school, starts_on=LONG_AGO)
    pupil = employ(make_person("Pia"), school)
    follow_organisation_changes(on=TODAY)
    pupil.refresh_from_db()
    rows = [
        take_step(of_plan(cast, plan), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
        for plan in house.plans[:3]
    ]
    Agreement.objects.filter(pk=rows[2].pk).update(step_owner=head, unit=school)
    make_late(rows, 30)
    (group,) = groups(cast)
    assert (group.cause, group.key, group.unit) == (Cause.SEVERAL, f"settle_money-i-{cast.children.pk}", cast.children)
    assert [(person, len(of_person)) for person, of_person in group.people] == [(cast.lars, 2), (head, 1)]


def test_hr_of_a_unit_sees_that_unit_only(house: House) -> None:
    make_late(nominated(house.cast, house.plans), 30)
    house.cast.hanne.roles.update(unit=house.cast.roads)
    assert groups(house.cast) == []


def test_a_unit_of_fewer_than_five_is_joined_with_the_one_above(cast: Cast) -> None:
    row = cast.agree()
    shown = units_shown([row], TODAY)[cast.kindergarten.pk]
    assert Employment.objects.filter(unit=cast.kindergarten).count() < 5
    assert shown == (cast.municipality, cast.municipality)
