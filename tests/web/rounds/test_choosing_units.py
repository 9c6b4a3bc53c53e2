"""Choosing among a thousand units: by a part of the path, or a whole branch with one tick."""

from __future__ import annotations

import gzip
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.browsing import enter
from tests.cast import LONG_AGO, TODAY, Cast, employ, make_person, make_unit
from tests.web.rounds.test_rounds import FORM
from udbytte.models import Role, RoleAssignment, Round, Unit
from udbytte.queries.people.units import find_units, labels_of_units
from udbytte.services.rounds.rounds import set_budget

pytestmark = pytest.mark.django_db


def thousand(cast: Cast) -> None:
    """Ten branches of ten houses with nine groups each."""
    for number in range(10):
        branch = make_unit(f"Område {number}", cast.municipality)
        houses = [Unit(name=f"Hus {number}.{house}", parent=branch, starts_on=LONG_AGO) for house in range(10)]
        for one in Unit.objects.bulk_create(houses):
            one.path = f"{branch.path}{one.pk}/"
        groups = [Unit(name=f"Gruppe {group}", parent=one, starts_on=LONG_AGO) for one in houses for group in range(9)]
        for one in Unit.objects.bulk_create(groups):
            one.path = f"{one.parent.path if one.parent else ''}{one.pk}/"
        Unit.objects.bulk_update([*houses, *groups], ["path"])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Engby Kommune", {"Engby Kommune"}),
        ("børn og unge", {"Børn og Unge"}),
        ("Børn og Unge / Børnehuset  Mælkebøtten", {"Børn og Unge / Børnehuset Mælkebøtten"}),
        ("mælkebøtten", {"Børn og Unge / Børnehuset Mælkebøtten"}),
        ("unge mælke", {"Børn og Unge / Børnehuset Mælkebøtten"}),
        ("børn", {"Børn og Unge", "Børn og Unge / Børnehuset Mælkebøtten"}),
        ("havnen", set()),
    ],
)
def test_a_unit_is_found_by_its_path_its_name_or_a_part(cast: Cast, text: str, found: set[str]) -> None:
    labels = labels_of_units(TODAY)
    assert {labels[pk] for pk in find_units(text, labels)} == found


def test_two_that_are_called_the_same_are_told_apart(cast: Cast) -> None:
    first, second = make_unit("Køkkenet", cast.roads), make_unit("Køkkenet", cast.roads)
    labels = labels_of_units(TODAY)
    assert labels[first.pk] == f"Vej og Park / Køkkenet #{first.pk}"
    assert find_units(labels[second.pk], labels) == [second.pk]
    assert find_units("køkkenet", labels) == [first.pk, second.pk]


def test_what_has_ended_cannot_be_chosen(cast: Cast) -> None:
    Unit.objects.filter(pk=cast.roads.pk).update(ends_on=TODAY - timedelta(days=1))
    assert cast.roads.pk not in labels_of_units(TODAY)


def test_a_role_is_given_for_a_unit_by_a_part_of_its_name(cast: Cast) -> None:
    client = enter(cast.hanne)
    said = {"person": "karim@example.test", "role": "coordinator"}
    several = client.post("/organisation/", said | {"unit": "børn"})
    assert several.status_code == 422
    html = several.content.decode()
    assert "2 enheder passer: Børn og Unge; Børn og Unge / Børnehuset Mælkebøtten. Skriv mere af stien." in html
    assert 'value="børn"' in html and '<option value="Børn og Unge / Børnehuset Mælkebøtten">' in html
    assert "Ingen enhed passer." in client.post("/organisation/", said | {"unit": "Havnen"}).content.decode()
    assert client.post("/organisation/", said | {"unit": "mælkebøtten"}).status_code == 302
    assert RoleAssignment.objects.get(person=cast.karim).unit == cast.kindergarten
    assert client.post("/organisation/", said | {"person": "jonas@example.test", "unit": ""}).status_code == 302
    assert RoleAssignment.objects.get(person=cast.jonas).unit is None


def test_roles_are_searched_like_people(cast: Cast) -> None:
    page = enter(cast.ida).get("/organisation/?q=Bente")
    assert [one.person for one, _place, _facts in page.context["roles"]] == [cast.bente]
    page = enter(cast.ida).get("/organisation/?q=Vej")
    assert page.context["roles"] == [] and "Ingen rolle passer" in page.content.decode()


def test_lists_tell_units_that_are_called_the_same_apart_as_the_fields_do(cast: Cast) -> None:
    first, second = make_unit("Køkkenet", cast.roads), make_unit("Køkkenet", cast.children)
    employ(make_person("Kim"), first)
    for unit in (first, second):
        RoleAssignment.objects.create(person=cast.karim, role=Role.COORDINATOR, unit=unit, starts_on=LONG_AGO)
        set_budget(cast.round, unit, 1000, by=cast.hanne, on=TODAY)
    client = enter(cast.hanne)
    context = client.get("/organisation/?q=Køkkenet").context
    assert {place for _one, place, _facts in context["roles"]} == {"Vej og Park / Køkkenet", "Børn og Unge / Køkkenet"}
    assert [place for _one, place in context["people"]] == ["Vej og Park / Køkkenet"]
    said = client.get(f"/runder/{cast.round.pk}/").content.decode()
    assert "<span>Vej og Park / Køkkenet</span>" in said and "<span>Børn og Unge / Køkkenet</span>" in said
    Unit.objects.filter(pk=second.pk).update(ends_on=TODAY - timedelta(days=1))
    assert ("Køkkenet", "1.000 kr.") in [
        (place, amount.replace("\xa0", " "))
        for place, amount in client.get(f"/runder/{cast.round.pk}/").context["budgets"]
    ]


def test_one_tick_takes_the_branch_and_what_is_chosen_below_it_goes_with_it(cast: Cast) -> None:
    client = enter(cast.hanne)
    ticked = [cast.children.pk, cast.kindergarten.pk, cast.roads.pk]
    assert client.post("/runder/ny/", FORM | {"units": ticked}).status_code == 302
    round_ = Round.objects.get(name="MUS 2027")
    assert set(round_.units.all()) == {cast.children, cast.roads}
    html = client.get(f"/runder/{round_.pk}/ret/").content.decode()
    boxes = re.findall(r'<input type="checkbox"\s+name="units"\s+value="(\d+)"\s+(checked)?', html)
    assert {int(pk) for pk, checked in boxes if checked} == {cast.children.pk, cast.roads.pk}
    assert "3 enheder nedenunder" in html and "1 enhed nedenunder" in html


def test_what_was_ticked_stays_when_a_date_is_wrong_and_the_branch_is_open(cast: Cast) -> None:
    wrong = FORM | {"units": [cast.kindergarten.pk], "closes_on": "2027-01-01"}
    html = enter(cast.hanne).post("/runder/ny/", wrong).content.decode()
    assert re.search(rf'value="{cast.kindergarten.pk}"\s+checked', html)
    assert html.count("<details open>") == 2
    none = enter(cast.hanne).post("/runder/ny/", FORM)
    assert none.status_code == 422 and 'id="units-error"' in none.content.decode()


def test_a_unit_of_the_round_that_has_ended_is_not_lost_when_something_else_is_changed(cast: Cast) -> None:
    cast.round.units.set([cast.children, cast.roads])
    Unit.objects.filter(pk=cast.roads.pk).update(ends_on=TODAY - timedelta(days=1))
    sent = enter(cast.hanne).post(f"/runder/{cast.round.pk}/ret/", FORM | {"units": [cast.children.pk]})
    assert sent.status_code == 302
    assert set(cast.round.units.all()) == {cast.children, cast.roads}


def test_a_thousand_units_ask_and_weigh_little(cast: Cast) -> None:
    client = enter(cast.hanne)
    urls = ("/runder/ny/", "/organisation/", f"/runder/{cast.round.pk}/")

    def asked(url: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    for url in urls:  # the first visit of a list is noted in the audit log
        asked(url)
    few = [asked(url) for url in urls]
    RoleAssignment.objects.create(person=cast.karim, role=Role.COORDINATOR, unit=cast.roads, starts_on=LONG_AGO)
    thousand(cast)
    assert Unit.objects.count() > 1000
    assert [asked(url) for url in urls] == few
    for url in urls:
        assert len(gzip.compress(client.get(url).content)) < 20_000, url
