"""The year wheel of a round: who sees it, what is on it, and the same as a list."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.browsing import enter
from tests.cast import TODAY, Cast
from udbytte.domain.lifecycle import Kind
from udbytte.models import Person
from udbytte.services.rounds.planning import set_follow_up_days

pytestmark = pytest.mark.django_db


def listed(cast: Cast, person: Person) -> set[str]:
    page = enter(person).get(reverse("wheel", args=[cast.round.pk]))
    return {row["what"] for row in page.context["listed"]}


def test_each_sees_the_rounds_days_and_what_is_their_own(cast: Cast) -> None:
    set_follow_up_days(cast.round, [cast.round.conversations_to], by=cast.hanne, on=TODAY)
    cast.agree(Kind.PRACTICE)
    shared = {"Rammer og forberedelse", "Samtaler", "Opfølgning, til det er blevet til noget", "Opfølgning"}
    shared = shared | {"Runden lukker"}
    step = "Mentor i dokumentation: Find en, der kan hjælpe"
    assert listed(cast, cast.mette) == shared | {"Samtale med Lars Hansen", step}
    assert listed(cast, cast.lars) == shared | {"Samtale med Mette Hansen", f"Mette Hansen, {step}"}
    assert listed(cast, cast.hanne) == listed(cast, cast.soren) == shared


def test_a_draft_is_hrs_alone(cast: Cast) -> None:
    url = reverse("wheel", args=[cast.round.pk])
    cast.round.published_on = None
    cast.round.save()
    assert enter(cast.hanne).get(url).status_code == 200
    for person in (cast.mette, cast.lars, cast.soren, cast.jonas):
        assert enter(person).get(url).status_code == 404


def test_todays_hand_is_gone_when_the_year_is_over(cast: Cast, a_known_day: object) -> None:
    page = enter(cast.mette).get(reverse("wheel", args=[cast.round.pk]))
    assert page.context["hand"] is not None
    a_known_day.move_to((TODAY + timedelta(days=900)).isoformat())  # type: ignore[attr-defined]
    page = enter(cast.mette).get(reverse("wheel", args=[cast.round.pk]))
    assert page.context["hand"] is None
