"""The ways of learning in practice."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.cast import TODAY, Cast, employ, make_person
from tests.web.conftest import enter
from udbytte.domain.lifecycle import Kind
from udbytte.models import CatalogueVisit, Conversation, DevelopmentPlan, PracticeMethod
from udbytte.queries.practice import people_by_way
from udbytte.services.agreements import agree_activity
from udbytte.services.people import settle_organisation

pytestmark = pytest.mark.django_db


def many_agree(cast: Cast, method: PracticeMethod, count: int) -> None:
    """That many new people in the kindergarten agree about the way."""
    for number in range(count):
        employment = employ(make_person(f"{method.key}{number}"), cast.kindergarten)
        settle_organisation(on=TODAY)
        talk = Conversation.objects.create(round=cast.round, employment=employment, manager=cast.lars, held_on=TODAY)
        plan = DevelopmentPlan.objects.create(conversation=talk)
        agree_activity(
            plan=plan,
            kind=Kind.PRACTICE,
            title="Øv",
            method=method,
            planned_from=TODAY,
            planned_to=TODAY,
            by=None,
            on=TODAY,
        )


def test_sixteen_ways_are_delivered_with_a_text_in_both_languages(db: None) -> None:
    ways = PracticeMethod.objects.all()
    assert len(ways) == 16
    assert all(way.summary_da and way.summary_en and way.name_da and way.name_en for way in ways)
    assert sum(way.changes_environment for way in ways) == 6


def test_how_many_use_a_way_is_hidden_below_five(cast: Cast) -> None:
    one, other, third = PracticeMethod.objects.all()[:3]
    many_agree(cast, one, 4)
    assert people_by_way() == {one.pk: None}
    many_agree(cast, other, 6)
    many_agree(cast, third, 5)
    assert people_by_way() == {one.pk: None, other.pk: 6, third.pk: None}


def test_having_had_the_ways_in_view_is_recorded_by_a_press_of_its_own(cast: Cast) -> None:
    client = enter(cast.mette)
    assert 'hx-trigger="load"' in client.get(reverse("ways")).content.decode()
    assert not CatalogueVisit.objects.exists()
    assert client.post(reverse("ways-seen")).status_code == 204
    assert client.post(reverse("ways-seen")).status_code == 204
    assert [(visit.person, visit.round) for visit in CatalogueVisit.objects.all()] == [(cast.mette, cast.round)]
