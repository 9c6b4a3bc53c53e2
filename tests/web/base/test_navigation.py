"""The navigation: at most five links for each role; the rest is in the person's own menu, and looked up when shown."""

from __future__ import annotations

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation

from tests.cast import TODAY, Cast, make_cast
from tests.texts import spy_on_texts
from udbytte.models import Person, Role, RoleAssignment
from udbytte.web.base.request import MOST_LINKS, Link, _links

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def links_of(person: Person, path: str = "/plan/", *, in_menu: bool = False) -> list[Link]:
    request = RequestFactory().get(path)
    request.user = person
    return _links(request, in_menu=in_menu)


def labels_of(person: Person, *, in_menu: bool = False) -> list[str]:
    with translation.override("en"):
        return [link.label for link in links_of(person, in_menu=in_menu)]


def test_only_the_labels_that_are_shown_are_translated(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with translation.override("en"):
        links_of(cast.mette)  # the addresses are loaded once
        asked = spy_on_texts(monkeypatch)
        for person in (cast.mette, cast.lars, cast.hanne, cast.ida):
            asked.clear()
            shown = [link.label for link in links_of(person)]
            assert dict(asked) == dict.fromkeys(shown, 1)


def test_each_role_is_shown_its_own(cast: Cast) -> None:
    assert labels_of(cast.mette) == ["Next step", "I help", "My plan", "Learn something"]
    assert labels_of(cast.lars)[:2] == ["Next step", "My team"]
    assert labels_of(cast.bente)[1] == "Course tasks"
    assert labels_of(cast.hanne)[1] == "The round"
    assert "Organisation" in labels_of(cast.ida)


def test_nobody_has_more_than_five_links_and_the_rest_is_in_the_own_menu(cast: Cast) -> None:
    for person in (cast.mette, cast.lars, cast.birgit, cast.bente, cast.hanne, cast.ida):
        shown, rest = labels_of(person), labels_of(person, in_menu=True)
        assert len(shown) <= MOST_LINKS
        assert len({*shown, *rest}) == len(shown) + len(rest), person.name
    assert "Organisation" in labels_of(cast.hanne, in_menu=True)


@pytest.mark.parametrize(
    ("who", "page", "label"),
    [
        ("mette", "/", "Next step"),
        ("mette", "/kurser/nyt/", "Learn something"),
        ("mette", "/maader/1/", "Learn something"),
        ("lars", "/medarbejdere/samtaler/", "My team"),
        ("lars", "/samtaler/1/", "My team"),
        ("mette", "/samtaler/1/", "My plan"),
        ("hanne", "/runder/1/", "The round"),
        ("hanne", "/runder/1/rapport/", "What comes of it"),
        ("hanne", "/udbytte/til-med/", "What comes of it"),
    ],
)
def test_one_page_is_marked_as_current(cast: Cast, who: str, page: str, label: str) -> None:
    person: Person = getattr(cast, who)
    with translation.override("en"):
        shown = links_of(person, page) + links_of(person, page, in_menu=True)
    assert [link.label for link in shown if link.here] == [label]


def test_one_place_is_current_also_when_two_could_hold_the_page(cast: Cast) -> None:
    """Who coordinates courses and leads a team has the team in the own menu, and the own plan in the navigation."""
    RoleAssignment.objects.create(person=cast.lars, role=Role.COORDINATOR, unit=cast.kindergarten, starts_on=TODAY)
    with translation.override("en"):
        shown, rest = links_of(cast.lars, "/samtaler/1/"), links_of(cast.lars, "/samtaler/1/", in_menu=True)
    assert "My team" in [link.label for link in rest]
    assert [link.label for link in shown + rest if link.here] == ["My team"]


def test_what_left_the_navigation_is_reached_from_its_page(client: Client, cast: Cast) -> None:
    """Stalled is reached from the tables it belongs to, imports from the organisation."""
    for person, page, inside in (
        (cast.lars, "team", "stalled"),
        (cast.bente, "course-board", "stalled"),
        (cast.ida, "organisation", "imports"),
    ):
        client.force_login(person)
        assert f'href="{reverse(inside)}"' in client.get(reverse(page)).content.decode()
