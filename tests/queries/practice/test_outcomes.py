"""What gives learning: counted by method and by the presence of a helper, hidden if few have reported."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from tests.browsing import enter
from tests.cast import TODAY, Cast
from tests.house import more_people
from udbytte.domain.lifecycle import DropReason, Event, Kind
from udbytte.models import DevelopmentPlan, PracticeMethod
from udbytte.queries.practice.outcomes import count_learning, learning_on
from udbytte.services.agreements.take_step import agree_activity, take_step
from udbytte.services.figures.tallies import update_tallies

pytestmark = pytest.mark.django_db


def tell(cast: Cast, plans: list[DevelopmentPlan], method: str, newness: str = "much", *, helped: bool = False) -> None:
    """Each of the plans has a practice of this way, and its outcome is told."""
    for plan in plans:
        agreement = agree_activity(
            plan=plan, kind=Kind.PRACTICE, title="Øv", method=PracticeMethod.objects.get(key=method),
            planned_from=TODAY, planned_to=TODAY, by=None, on=TODAY,
        )  # fmt: skip
        if helped:
            agreement = take_step(agreement, Event.ASK, by=None, on=TODAY, helper=cast.karim)
            agreement = take_step(agreement, Event.ACCEPT, by=cast.karim, on=TODAY)
        else:
            agreement = take_step(agreement, Event.NEED_NOBODY, by=None, on=TODAY, reason="Det går selv")
        for event in (Event.START, Event.FINISH):
            agreement = take_step(agreement, event, by=None, on=TODAY)
        told: dict[str, Any] = {
            "learned": "Ja",
            "newness": newness,
            "hindrances": ["time"] if newness == "nothing" else [],
        }
        take_step(agreement, Event.REPORT_OUTCOME, by=None, on=TODAY, facts=told)


def test_ways_and_helpers_are_told_where_five_people_have_told(cast: Cast) -> None:
    plans = more_people(cast, 12)
    tell(cast, plans[:6], "mentor", helped=True)
    tell(cast, plans[6:], "coaching", "nothing")
    learning = count_learning(TODAY)
    said = [(method.key, counts.outcomes, counts.something, counts.much) for method, counts in learning.by_method]
    assert said == [("mentor", 6, 0, 6), ("coaching", 6, 0, 0)]
    assert learning.whole is not None and (learning.whole.learned, learning.whole.outcomes) == (6, 12)
    assert learning.with_helper is not None and learning.with_helper.percent == 100
    assert learning.without_helper is not None and learning.without_helper.percent == 0
    assert [(counts.value, people) for counts, people in learning.hindrances] == [("time", 6)]


def test_what_few_have_told_hides_another_with_it(cast: Cast) -> None:
    plans = more_people(cast, 19)
    tell(cast, plans[:7], "mentor")
    tell(cast, plans[7:13], "coaching")
    tell(cast, plans[13:15], "shadowing", "nothing", helped=True)
    learning = count_learning(TODAY)
    assert [method.key for method, _one in learning.by_method] == ["mentor"] and learning.methods_hidden == 2
    assert learning.with_helper is None and learning.without_helper is None
    assert learning.hindrances == []


def test_fewer_than_five_are_told_nothing_of(cast: Cast) -> None:
    tell(cast, more_people(cast, 4), "mentor")
    learning = count_learning(TODAY)
    assert (learning.whole, learning.by_method) == (None, [])
    assert "mindst fem" in enter(cast.hanne).get(reverse("learning")).content.decode()


def test_what_is_kept_of_a_day_says_what_was_counted(cast: Cast) -> None:
    tell(cast, more_people(cast, 6), "mentor", "nothing", helped=True)
    counted = count_learning(TODAY)
    assert counted.whole is not None and counted.by_method and counted.hindrances and counted.with_helper
    update_tallies(on=TODAY)
    assert learning_on(TODAY) == counted
    tell(cast, more_people(cast, 5, prefix="Flere"), "coaching")
    assert learning_on(TODAY) == counted  # once a day
    assert learning_on(TODAY + timedelta(days=1)) == count_learning(TODAY) != counted


def test_why_practice_came_to_nothing_is_told_by_people(cast: Cast) -> None:
    for plan in more_people(cast, 6):
        agreement = agree_activity(
            plan=plan, kind=Kind.PRACTICE, title="Øv", planned_from=TODAY, planned_to=TODAY, by=None, on=TODAY
        )
        agreement = take_step(agreement, Event.PROPOSE_DROP, by=None, on=TODAY, reason=DropReason.NO_TIME)
        take_step(agreement, Event.CONFIRM_DROP, by=None, on=TODAY)
    assert count_learning(TODAY).dropped == [(DropReason.NO_TIME, 6)]
    page = enter(cast.hanne).get(reverse("learning")).content.decode()
    assert "6 personer" in page
