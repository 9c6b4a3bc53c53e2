"""The figures page: who sees which unit, and what the page says."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.browsing import enter
from tests.cast import LONG_AGO, TODAY, Cast
from tests.house import House
from tests.queries.figures.test_questions import agree, told
from udbytte.access.figures import figures_reach
from udbytte.domain.lifecycle import Event
from udbytte.models import Conversation, Person, Role, RoleAssignment, Round
from udbytte.services.agreements.take_step import take_step
from udbytte.services.rounds.rounds import close_round

pytestmark = pytest.mark.django_db


def test_everybody_sees_their_own_units_and_no_others(cast: Cast) -> None:
    def statuses(person: Person) -> list[int]:
        client = enter(person)
        units = (cast.municipality, cast.children, cast.kindergarten, cast.roads)
        return [client.get(f"/udbytte/{unit.pk}/").status_code for unit in units]

    assert statuses(cast.hanne) == statuses(cast.soren) == [200, 200, 200, 200]
    assert statuses(cast.bente) == statuses(cast.dorthe) == [404, 200, 200, 404]
    assert statuses(cast.lars) == [404, 404, 200, 404]
    assert statuses(cast.mette) == statuses(cast.ida) == statuses(cast.birgit) == [404] * 4
    assert enter(cast.hanne).get("/udbytte/999999/").status_code == 404


def test_a_role_that_has_ended_opens_nothing(cast: Cast) -> None:
    RoleAssignment.objects.filter(role=Role.WORKS_COUNCIL).update(ends_on=TODAY - timedelta(days=1))
    assert not figures_reach(cast.soren, TODAY)
    assert enter(cast.soren).get("/udbytte/").status_code == 404


def test_units_inside_one_another_are_named_once(cast: Cast) -> None:
    RoleAssignment.objects.create(person=cast.dorthe, role=Role.HR, unit=cast.kindergarten, starts_on=LONG_AGO)
    assert [unit.name for unit in figures_reach(cast.dorthe, TODAY).tops] == ["Børn og Unge"]


def test_the_page_says_each_figure_with_its_base_and_what_to_do(house: House) -> None:
    for place in range(6):
        agree(house, place)
    manager = enter(house.cast.lars)

    def said(number: int = 0) -> str:
        return manager.get(f"/udbytte/?q={number}").content.decode()

    whole = said()
    assert "Start her" in whole and "Aftal også læring i praksis" in whole  # the lowest figure, with its remedy
    assert "0 af 8 afholdte samtaler endte med en aftale om læring i praksis (0\N{NO-BREAK SPACE}%)." in whole
    assert "Mange har taget stilling" not in whole  # a question says more when it is opened
    assert "6 af 8 afholdte samtaler endte med et kursus" in said(1) and "Mange har taget stilling" in said(1)
    assert "anslår 62 % lige efter" in said(4)  # what the advice rests on, where something is to be done
    assert "anslår 62 %" not in said(1)
    assert "Meld rammerne og beløbet ud" in said(8)
    assert "Mette" not in whole and "Noget" not in whole


def test_a_unit_of_fewer_than_five_says_why_it_shows_nothing(cast: Cast) -> None:
    said = enter(cast.lars).get("/udbytte/").content.decode()
    assert "Færre end 5 er med i runden her" in said and "samtaler endte med" not in said


def test_reasons_are_told_of_the_whole_by_people_and_few_together(house: House) -> None:
    def drop(place: int, reason: str) -> None:
        row = take_step(agree(house, place), Event.PROPOSE_DROP, by=house.cast.lars, on=TODAY, reason=reason)
        take_step(row, Event.CONFIRM_DROP, by=row.employee, on=TODAY)

    def said() -> str:
        return enter(house.cast.hanne).get("/udbytte/").content.decode()

    for _again in range(2):
        for place in range(4):
            drop(place, "refused")
    assert "afslag" not in said()  # four people, however often
    drop(4, "refused")
    assert "afslag (5)" in said()
    drop(5, "no_money")
    assert "afslag (5)" not in said() and "årsager, som få har angivet (6)" in said()
    below = enter(house.cast.lars).get("/udbytte/").content.decode()
    assert "årsager, som få" not in below  # of a part, the others would follow


def test_another_round_can_be_chosen_and_nonsense_is_ignored(house: House) -> None:
    client = enter(house.cast.hanne)
    assert client.get("/udbytte/?runde=nej").context["round"] == house.cast.round


def newer_round(cast: Cast) -> Round:
    """The next round, published today, in which nothing has happened."""
    newer = Round.objects.create(
        name="MUS 2027",
        announced_on=TODAY,
        conversations_from=TODAY + timedelta(days=30),
        conversations_to=TODAY + timedelta(days=90),
        closes_on=TODAY + timedelta(days=300),
        published_on=TODAY,
    )
    newer.units.add(cast.municipality)
    return newer


def test_a_round_that_has_no_figures_yet_shows_the_previous_one_first(house: House) -> None:
    cast = house.cast
    newer = newer_round(cast)
    hr = enter(cast.hanne)
    assert "De syv spørgsmål i MUS 2026" in hr.get("/udbytte/").content.decode()
    assert "Færre end 5 er med i runden her" in hr.get(f"/udbytte/?runde={newer.pk}").content.decode()


def test_the_last_headline_stands_first_while_the_round_has_none(house: House) -> None:
    cast = house.cast
    for place in range(6):
        told(house, place, "much")
    close_round(cast.round, by=cast.hanne, on=TODAY)
    newer = newer_round(cast)
    for plan in house.plans:
        Conversation.objects.create(round=newer, employment=plan.conversation.employment, manager=cast.lars)
    page = enter(cast.hanne).get("/udbytte/").content.decode()
    assert "MUS 2026, pr. " in page and "6 af 6 aftaler, der skulle være færdige, er endt med læring" in page
    assert "var det 6 af 6 (100\N{NO-BREAK SPACE}%)." in page  # on the day of the report, which is linked
    assert "MUS 2027 er i gang. Tallet for den kommer" in page and "De syv spørgsmål i MUS 2027" in page
    report = enter(cast.soren).get(f"/runder/{newer.pk}/rapport/").content.decode()
    assert "Forrige runde (MUS 2026): 6 af 6 aftaler" in report
    stored = enter(cast.soren).get(f"/runder/{cast.round.pk}/rapport/").content.decode()
    assert "MUS 2026, pr. " in stored and "Se tallene i dag" in stored


def test_the_works_council_begins_with_its_report_and_managers_have_none(house: House) -> None:
    cast = house.cast
    for place in range(6):
        agree(house, place)
    report = f'href="/runder/{cast.round.pk}/rapport/"'
    council = enter(cast.soren).get("/udbytte/").content.decode()
    assert council.index("Rapporten til jer") < council.index(report) < council.index("Start her")
    hr = enter(cast.hanne).get("/udbytte/").content.decode()
    assert hr.index("Start her") < hr.index(report) and "Rapporten til jer" not in hr
    assert report not in enter(cast.lars).get("/udbytte/").content.decode()


def test_hr_begins_with_the_unit_where_the_figure_is_lowest(house: House) -> None:
    for place in range(6):
        agree(house, place)
    page = enter(house.cast.hanne).get("/udbytte/?q=1").content.decode()
    assert "Begynd med Børn og Unge, hvor tallet er 75\N{NO-BREAK SPACE}%" in page
    assert f"/udbytte/{house.cast.children.pk}/?runde={house.cast.round.pk}&amp;q=1#q1" in page


def test_before_the_first_round_the_page_says_what_will_come(cast: Cast) -> None:
    cast.round.published_on = None
    cast.round.save()
    assert "Tallene kommer med den første runde" in enter(cast.hanne).get("/udbytte/").content.decode()


def figures_command(*options: str) -> str:
    out = StringIO()
    call_command("figures", "--on", TODAY.isoformat(), *options, stdout=out)
    return out.getvalue()


def test_the_command_prints_what_the_page_shows(house: House) -> None:
    for place in range(6):
        agree(house, place)
    said = json.loads(figures_command("--unit", "børnehuset mælkebøtten", "--json"))
    assert said["people"] == 8 and said["round"]["name"] == "MUS 2026"
    assert said["questions"]["1"] == {"yes": 6, "base": 8, "percent": 75, "trend": None}
    assert " 75 %  6 of 8" in figures_command("--unit", str(house.cast.kindergarten.pk))


def test_the_command_says_which_unit_or_round_is_not_there(cast: Cast) -> None:
    with pytest.raises(CommandError, match="no unit 'Nej'"):
        figures_command("--unit", "Nej")
    with pytest.raises(CommandError, match="no published round 'MUS 1999'"):
        figures_command("--round", "MUS 1999")
