"""People are found however their names are spelled, everywhere that people are searched."""

from __future__ import annotations

import unicodedata

import pytest
from django.db import connection
from django.urls import reverse

from tests.browsing import enter
from tests.cast import TODAY, Cast, employ, make_person
from udbytte.domain.search.words import folded
from udbytte.models import Person, Role, RoleAssignment
from udbytte.queries.people.names import people_called
from udbytte.queries.people.team import colleagues_named
from udbytte.queries.people.units import find_units
from udbytte.queries.practice.helpers import candidates_for

pytestmark = pytest.mark.django_db
SPELLINGS = (
    ("Åse", "Aase"),
    ("Aase", "Åse"),
    ("Søren", "Soeren"),
    ("Søren", "SØREN"),
    ("Łukasz", "Lukasz"),
    ("Łukasz", "łukasz"),
    ("Zoë", "zoe"),
    ("Ağça", "agca"),
    ("Nguyễn", "nguyen"),
    ("Anne-Marie", "anne marie"),
    ("Đorđe", "Dorde"),
    ("Sigurður", "sigurdur"),
    ("Владимир", "владимир"),
)


@pytest.mark.parametrize(("name", "typed"), SPELLINGS)
def test_colleagues_are_found_however_they_are_spelled(cast: Cast, name: str, typed: str) -> None:
    job = employ(Person.objects.create(given_name=name, family_name="Prøve"), cast.kindergarten)
    assert job in colleagues_named(typed, None, TODAY)
    assert colleagues_named(f"{typed} proeve", cast.mette, TODAY) == [job]
    assert colleagues_named(f"{typed} Mette", None, TODAY) == []
    job.person.given_name = "Helt andet"
    job.person.save()
    assert job not in colleagues_named(typed, None, TODAY)


@pytest.mark.parametrize("typed", ["%", "_", "\0", "'", "\\"])
def test_signs_alone_find_nobody(cast: Cast, typed: str) -> None:
    assert colleagues_named(typed, None, TODAY) == []
    assert not people_called(typed).exists()


@pytest.mark.parametrize(("name", "typed"), SPELLINGS)
def test_a_full_name_means_the_person_however_it_is_spelled(cast: Cast, name: str, typed: str) -> None:
    person = Person.objects.create(given_name=name, family_name="Prøve")
    assert list(people_called(f" {typed}  PROEVE ")) == [person]
    assert not people_called(typed).exists()


def test_the_exact_name_comes_before_one_that_is_spelled_otherwise(cast: Cast) -> None:
    with_ring, with_aa = (Person.objects.create(given_name=name, family_name="Berg") for name in ("Åse", "Aase"))
    assert list(people_called("åse berg")) == [with_ring]
    assert list(people_called("Aase Berg")) == [with_aa]
    Person.objects.filter(pk=with_aa.pk).update(given_name="Aasë")
    assert set(people_called("Aase Berg")) == {with_ring, with_aa}


@pytest.mark.parametrize(("name", "typed"), SPELLINGS)
def test_helpers_are_found_by_name_however_it_is_spelled(cast: Cast, name: str, typed: str) -> None:
    person = Person.objects.create(given_name=name, family_name="Prøve")
    employ(person, cast.roads)
    assert person in [candidate.person for candidate in candidates_for(cast.agree(), typed, TODAY)]


@pytest.mark.parametrize(("name", "typed"), SPELLINGS)
def test_the_page_of_roles_finds_people_roles_and_units_however_they_are_spelled(
    cast: Cast, name: str, typed: str
) -> None:
    person = Person.objects.create(given_name=name, family_name="Prøve")
    job = employ(person, cast.roads)
    role = RoleAssignment.objects.create(person=person, role=Role.COORDINATOR, unit=cast.roads, starts_on=TODAY)
    cast.kindergarten.name = f"Huset {name}"
    cast.kindergarten.save()
    context = enter(cast.ida).get(reverse("organisation"), {"q": typed}).context
    found = {row.person_id for row, _label in context["people"]}
    assert job.person_id in found and cast.mette.pk in found and cast.ida.pk not in found
    roles = [row for row, *_rest in context["roles"]]
    assert role in roles and cast.ida not in [row.person for row in roles]
    assert find_units(f"huset {typed}", {1: f"Kommunen / Huset {name}", 2: "Kommunen"}) == [1]


def test_signs_alone_are_answered_on_the_page_of_roles(cast: Cast) -> None:
    for typed in ("%", "_", "'"):
        page = enter(cast.ida).get(reverse("organisation"), {"q": typed})
        assert page.status_code == 200 and not page.context["people"]


def test_a_suggestion_starts_with_what_was_typed_where_the_name_is_spelled_otherwise(cast: Cast) -> None:
    person = make_person("Åse", "Berg")
    employ(person, cast.kindergarten)
    address = reverse("suggest-deputies")
    page = enter(cast.lars).get(address, {"deputy": "aase"}).content.decode()
    assert f'value="aase: Åse Berg, {cast.kindergarten.name} #{person.pk}"' in page
    page = enter(cast.lars).get(address, {"deputy": "åse b"}).content.decode()
    assert f'value="Åse Berg, {cast.kindergarten.name} #{person.pk}"' in page


def test_the_database_folds_each_letter_as_python_does() -> None:
    letters = [chr(number) for number in (*range(1, 0x250), *range(0x1E00, 0x1F00))]
    letters += [unicodedata.normalize("NFD", letter) for letter in letters]
    with connection.cursor() as cursor:
        cursor.execute("SELECT letter, udbytte_folded('x' || letter || 'x') FROM unnest(%s::text[]) letter", [letters])
        rows = dict(cursor.fetchall())
    assert {letter: text for letter, text in rows.items() if text != folded(f"x{letter}x")} == {}
