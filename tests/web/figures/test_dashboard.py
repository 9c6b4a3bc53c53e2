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
from tests.queries.figures.test_questions import agree
from udbytte.access.figures import figures_reach
from udbytte.domain.lifecycle import Event
from udbytte.models import Person, Role, RoleAssignment
from udbytte.services.agreements.take_step import take_step

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
    said = enter(house.cast.lars).get("/udbytte/").content.decode()
    assert "6 af 8 afholdte samtaler endte med et kursus" in said
    assert "Næsten alle har taget stilling" in said
    assert 'href="/hold/"' in said and "Gå til mit hold" in said
    assert "anslår 62 % lige efter" in said  # what the advice rests on, where something is to be done
    assert "betyder mere for, om det bliver brugt" not in said  # and nothing to convince of where it goes well
    assert "Læg rammerne og beløbet frem" in said
    assert "Mette" not in said and "Noget" not in said


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
    assert "afslag (5)" not in said() and "grunde, som få har haft (6)" in said()
    below = enter(house.cast.lars).get("/udbytte/").content.decode()
    assert "grunde, som få" not in below  # of a part, the others would follow


def test_another_round_can_be_chosen_and_nonsense_is_ignored(house: House) -> None:
    client = enter(house.cast.hanne)
    assert client.get("/udbytte/?runde=nej").context["round"] == house.cast.round


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
