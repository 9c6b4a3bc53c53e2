"""The buttons beside the advice: what they do, and about how many people or agreements."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from tests.browsing import enter
from tests.cast import TODAY, Cast
from tests.house import more_people
from udbytte.access.people import roles_of
from udbytte.domain.lifecycle import Event, Kind
from udbytte.models import Agreement, Conversation, Email, Notification, Person, RoleAssignment
from udbytte.services.agreements.take_step import take_step
from udbytte.services.notifications.follow_up import follow_up
from udbytte.services.people.organisation import follow_organisation_changes
from udbytte.services.practice.offers import ask_team_who_helps
from udbytte.web.figures.advice_buttons import button_for

pytestmark = pytest.mark.django_db


def label(number: int, person: Person) -> str:
    button = button_for(number, person, roles_of(person, TODAY), TODAY)
    return button.label if button is not None else ""


def test_one_press_asks_those_who_are_to_find_a_helper_once_a_week(cast: Cast) -> None:
    alone = [cast.agree(Kind.PRACTICE), cast.agree(Kind.PRACTICE, title="En mere")]
    helped = cast.agree(Kind.PRACTICE, title="Har en")
    take_step(helped, Event.ASK, by=cast.mette, on=TODAY, helper=cast.karim)
    Notification.objects.all().delete()
    assert label(6, cast.lars) == "Spørg 1 medarbejder, hvem der kan hjælpe"
    client, url = enter(cast.lars), reverse("ask-who-helps")
    assert client.post(url).status_code == 302
    client.post(url)
    told = Notification.objects.filter(kind="who_helps")
    assert {(one.person, one.agreement) for one in told} == {(cast.mette, one) for one in alone} and len(told) == 2
    assert ask_team_who_helps(by=cast.lars, on=TODAY + timedelta(days=6)) == 0  # the same calendar week
    assert ask_team_who_helps(by=cast.lars, on=TODAY + timedelta(days=7)) == 1
    follow_up(on=TODAY)
    assert "Lars spørger, hvem der kan hjælpe dig" in Email.objects.get(person=cast.mette).text
    for person in (cast.mette, cast.bente, cast.hanne):
        assert enter(person).post(url).status_code == 404


def test_managers_see_how_many_of_their_own_and_others_the_page_where_it_is_done(cast: Cast) -> None:
    assert label(6, cast.lars) == label(6, cast.dorthe) == "Se mine medarbejdere"
    late = cast.agree()
    Agreement.objects.filter(pk=late.pk).update(step_due=TODAY - timedelta(days=1))
    assert label(3, cast.lars) == "Følg op på 1 kursus, der er over fristen"
    assert "1 " not in label(3, cast.hanne)
    Conversation.objects.filter(pk=cast.conversation.pk).update(held_on=None)
    assert label(1, cast.lars) == "Find tid til 1 samtale"
    assert "1 " not in label(1, cast.soren)


def test_hr_names_coordinators_where_there_are_none(cast: Cast, settings: Any) -> None:
    assert label(2, cast.hanne) != ""
    RoleAssignment.objects.filter(person=cast.bente).delete()
    follow_organisation_changes(on=TODAY)
    button = button_for(2, cast.hanne, roles_of(cast.hanne, TODAY), TODAY)
    assert button is not None and button.url == reverse("round-staffing", args=[cast.round.pk]) + "?mangler=1"
    assert "kursusansvarlig" in button.label and button.label[-7:] == "enheder"
    client, units = enter(cast.hanne), list[str]()
    place = client.get(button.url)
    while place.status_code == 302 and len(units) < 9:  # one unit after the other, until none lacks one
        units.append(place["Location"])
        place = client.get(client.post(place["Location"], {"coordinator": "bente@example.test"})["Location"])
    assert len(set(units)) == len(units) > 0 and place.status_code == 200


def test_the_page_of_the_figures_has_the_buttons(cast: Cast) -> None:
    more_people(cast, 7)
    cast.agree(Kind.PRACTICE)
    page = enter(cast.lars).get("/udbytte/?q=6").content.decode()
    assert reverse("ask-who-helps") in page and "hvem der kan hjælpe" in page
