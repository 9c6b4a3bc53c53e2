"""What is stalled: HR reads groups and acts on each at once; coordinators and managers read their own lists."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.browsing import enter
from tests.cast import LONG_AGO, TODAY, Cast, employ, make_person
from tests.house import House, more_people
from tests.stalled import come_to_hr, make_late, nominated, of_plan, owners
from udbytte.domain.lifecycle import Event, Kind
from udbytte.models import Agreement, Notification, Role, RoleAssignment, Routing
from udbytte.services.agreements.take_step import take_step

pytestmark = pytest.mark.django_db
SECRETS = ("KANARIEFUGL", "HEMMELIG", "Konflikthåndtering", "Mette", "Ny0", "Ny1")


def text(page: object) -> str:
    return page.content.decode()  # type: ignore[attr-defined, no-any-return]


def test_hr_reads_groups_without_a_title_and_without_an_employee(house: House) -> None:
    cast = house.cast
    make_late(nominated(cast, house.plans), 30)
    row = of_plan(cast, house.plans[0], kind=Kind.PRACTICE)
    make_late([row], 80)  # a step of an employee
    client = enter(cast.hanne)
    page = text(client.get("/gaaet-i-staa/"))
    assert "8 opgaver er gået i stå" in page and "Birgit Hansen, budgetansvarlig" in page
    group = text(client.get(f"/gaaet-i-staa/decide-{cast.birgit.pk}/"))
    first = text(client.get("/"))
    assert "8 indstillinger venter på den samme budgetansvarlige" in first
    for said in (page, group, first):
        assert not [secret for secret in SECRETS if secret in said]


def test_hr_asks_with_one_press_and_once_a_day(house: House) -> None:
    cast = house.cast
    make_late(nominated(cast, house.plans), 30)
    Notification.objects.all().delete()
    client, url = enter(cast.hanne), f"/gaaet-i-staa/decide-{cast.birgit.pk}/"
    assert 'value="ask"' in text(client.get("/gaaet-i-staa/"))
    for _time in range(2):
        assert client.post(url, {"do": "ask"}).status_code == 302
    assert [row.person for row in Notification.objects.all()] == [cast.birgit]
    assert 'value="ask"' not in text(client.get("/gaaet-i-staa/"))


def test_hr_hands_a_group_on_and_takes_it_back(house: House) -> None:
    cast = house.cast
    cast.birgit.employments.update(line_manager=cast.dorthe)
    rows = come_to_hr(cast, nominated(cast, house.plans[:4]))
    client, url = enter(cast.hanne), f"/gaaet-i-staa/decide-{cast.birgit.pk}/"
    assert "Dorthe Hansen" in text(client.get(url))
    assert client.post(url, {"do": "route", "to": ""}).status_code == 422
    assert client.post(url, {"do": "route", "to": str(cast.jonas.pk)}).status_code == 422
    assert client.post(url, {"do": "route", "to": str(cast.dorthe.pk)}).status_code == 302
    assert Routing.objects.filter(to=cast.dorthe, applied_on=None, ended_on=None).count() == 4
    assert owners(rows) == [cast.hanne] * 4
    assert "til Dorthe Hansen onsdag 4. marts" in text(client.get("/gaaet-i-staa/"))
    assert client.post(url, {"do": "cancel"}).status_code == 302
    assert not Routing.objects.filter(ended_on=None).exists()


def test_what_has_no_owner_is_given_to_somebody_at_once(house: House) -> None:
    cast = house.cast
    row = of_plan(cast, house.plans[0])
    Agreement.objects.filter(pk=row.pk).update(stray=True, step_owner=cast.hanne)
    client, url = enter(cast.hanne), f"/gaaet-i-staa/uden-coordinator-{cast.kindergarten.pk}/"
    failed = client.post(url, {"do": "give", "to": "ingen@example.test"})
    assert failed.status_code == 422 and "ingen@example.test" in text(failed)
    assert client.post(url, {"do": "give", "to": "dorthe@example.test"}).status_code == 302
    assert owners([row]) == [cast.dorthe]
    assert client.get(url).status_code == 404
    assert client.post(url, {"do": "ask"}).status_code == 302  # somebody has dealt with it meanwhile


def test_nobody_but_hr_acts_on_a_group(house: House) -> None:
    cast = house.cast
    make_late(nominated(cast, house.plans), 30)
    url = f"/gaaet-i-staa/decide-{cast.birgit.pk}/"
    others = (cast.mette, cast.lars, cast.dorthe, cast.bente, cast.birgit, cast.ida, cast.soren)
    assert {enter(person).post(url, {"do": "ask"}).status_code for person in others} == {404}


def test_hr_can_let_nothing_lapse(house: House) -> None:
    rows = come_to_hr(house.cast, nominated(house.cast, house.plans[:3]))
    client, url = enter(house.cast.hanne), f"/gaaet-i-staa/decide-{house.cast.birgit.pk}/"
    for do in ("lapse", "drop", ""):
        client.post(url, {"do": do})
    assert {Agreement.objects.get(pk=row.pk).stage for row in rows} == {"nominated"}


def test_a_coordinator_reads_courses_with_title_and_name_and_no_practice(cast: Cast) -> None:
    course = take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    practice = cast.agree(Kind.PRACTICE)
    make_late([course, practice], 22)
    page = text(enter(cast.bente).get("/gaaet-i-staa/"))
    assert f"/aftaler/{course.pk}/" in page and "Mette Hansen" in page and "Lars Hansen" in page
    assert f"/aftaler/{practice.pk}/" not in page and "Mentor i dokumentation" not in page


def test_what_has_come_what_has_moved_on_and_what_is_late_are_three_lists(cast: Cast) -> None:
    other = make_person("Otto")
    employ(other, cast.municipality)
    RoleAssignment.objects.create(person=other, role=Role.COORDINATOR, unit=cast.municipality, starts_on=LONG_AGO)
    row = cast.agree()
    make_late([row], 15)
    take_step(row, Event.MOVE_ON, by=None, on=TODAY, facts={"owner": other, "level": 1, "days": 15})
    assert "Er kommet til dig" in text(enter(other).get("/gaaet-i-staa/"))
    mine = text(enter(cast.bente).get("/gaaet-i-staa/"))
    assert "Var din og ligger hos en anden nu" in mine and "Otto Hansen" in mine
    late = take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    make_late([late], 22)
    assert "Gået i stå hos andre" in text(enter(cast.bente).get("/gaaet-i-staa/"))


def test_a_manager_above_reads_person_step_days_and_the_catalogues_title(cast: Cast) -> None:
    row = take_step(
        cast.agree(title="KANARIEFUGL", purpose="HEMMELIGT FORMÅL"),
        Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run,
    )  # fmt: skip
    make_late([row], 29)
    take_step(row, Event.MOVE_ON, by=None, on=TODAY, facts={"owner": cast.dorthe, "level": 2, "days": 29})
    client = enter(cast.dorthe)
    for url in ("/gaaet-i-staa/", "/"):
        page = text(client.get(url))
        assert "Mette Hansen" in page and "Konflikthåndtering i hverdagen" in page
        assert "KANARIEFUGL" not in page and "HEMMELIGT" not in page


def test_of_what_is_stuck_a_manager_above_reads_only_manager_unit_kind_and_days(cast: Cast) -> None:
    row = cast.agree(Kind.PRACTICE, title="KANARIEFUGL")
    row = take_step(row, Event.NEED_NOBODY, by=cast.mette, on=TODAY, reason="Alene")
    row = take_step(row, Event.START, by=cast.mette, on=TODAY)
    row = take_step(row, Event.GET_STUCK, by=None, on=TODAY)
    make_late([row], 15)
    take_step(row, Event.MOVE_ON, by=None, on=TODAY, facts={"owner": cast.dorthe, "level": 1, "days": 15})
    client = enter(cast.dorthe)
    for url in ("/gaaet-i-staa/", "/"):
        page = text(client.get(url))
        assert "Lars Hansen, Børnehuset Mælkebøtten" in page
        assert "KANARIEFUGL" not in page and "Mette" not in page


def test_few_groups_and_many_cost_the_same_number_of_queries(house: House) -> None:
    cast = house.cast

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/gaaet-i-staa/").status_code == 200
        return len(captured)

    client = enter(cast.hanne)
    first = nominated(cast, house.plans[:3])
    make_late(first, 30)
    come_to_hr(cast, first[:1])
    client.get("/gaaet-i-staa/")
    few = queries()
    rows = nominated(cast, house.plans[3:])
    more = [of_plan(cast, plan) for plan in more_people(cast, 12, prefix="Flere")]
    make_late([*rows, *more], 30)
    come_to_hr(cast, rows)
    assert queries() == few


def test_the_day_after_three_weeks_it_is_in_a_group(cast: Cast) -> None:
    row = cast.agree()
    for days, count in ((21, 0), (22, 1)):
        Agreement.objects.filter(pk=row.pk).update(step_due=TODAY - timedelta(days=days))
        page = text(enter(cast.hanne).get("/gaaet-i-staa/"))
        assert ("1 opgave er gået i stå" in page) is bool(count)
