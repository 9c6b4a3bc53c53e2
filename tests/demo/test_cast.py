"""In the demo, the cast has something to do, agreements are at every stage, and nominations can be granted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

import pytest

from tests.cast import TODAY, Cast
from udbytte.demo.behaviour import Behaviour, Life
from udbytte.demo.cast import ScriptWriter, raise_budget
from udbytte.demo.streams import Streams
from udbytte.demo.texts import GROUP_GOAL
from udbytte.demo.year import database_is_empty, simulate
from udbytte.domain.lifecycle import Event, Stage
from udbytte.models import (
    Agreement,
    Answer,
    Budget,
    Conversation,
    Course,
    DemoMark,
    FundingApplication,
    Goal,
    GroupConversation,
    LogEntry,
    Observation,
    Outcome,
    Person,
    PracticeMethod,
    Round,
)
from udbytte.queries.conversations.texts import open_conversations
from udbytte.queries.courses.joint_needs import likely_needs_of
from udbytte.queries.meetings.status import conversations_with_offered_times
from udbytte.services.agreements.take_step import take_step

pytestmark = pytest.mark.django_db


@pytest.mark.prove
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)  # each day is committed, as PostgreSQL gets slow in one long transaction
def test_the_demo_has_its_cast_with_something_to_do() -> None:
    assert database_is_empty()
    report = simulate(employees=60, days=450, seed=1, until=TODAY, demo=True)
    assert report.silent_max == 0
    assert DemoMark.objects.count() == 1
    cast = {str(person.external_id): person for person in Person.objects.filter(external_id__startswith="demo:")}
    assert set(cast) == {
        "demo:employee", "demo:manager", "demo:coordinator", "demo:helper", "demo:budget-owner", "demo:hr",
        "demo:works-council", "demo:administrator",
    }  # fmt: skip
    steps = {name: set(person.steps.values_list("step", flat=True)) for name, person in cast.items()}
    assert {"check_in", "tell", "go"} <= steps["demo:employee"]
    assert {"settle_money", "talk", "talk_stuck"} <= steps["demo:manager"]
    assert {"find_run", "register", "confirm_seat"} <= steps["demo:coordinator"]
    assert "answer" in steps["demo:helper"]
    assert "decide" in steps["demo:budget-owner"]
    waiting = Conversation.objects.filter(manager=cast["demo:manager"], held_on=None, round__closed_on=None)
    assert waiting.filter(planned_at__isnull=False).exists()
    assert waiting.filter(declined_on__isnull=False).exists() and waiting.filter(rests_until__gt=TODAY).exists()
    group = GroupConversation.objects.get(manager=cast["demo:manager"])
    assert {talk.kind for talk in group.members.all()} == {"group"} and group.goals.exists()
    assert [
        talk.manager for talk in conversations_with_offered_times(open_conversations(cast["demo:helper"]), TODAY)
    ] == [cast["demo:manager"]]
    assert len(likely_needs_of(cast["demo:coordinator"], TODAY)) >= 1
    assert FundingApplication.objects.filter(owner=cast["demo:employee"], state="planned").exists()
    assert {"move_run", "lose_run", "refuse"} <= set(LogEntry.objects.values_list("event", flat=True))
    assert Course.objects.count() >= 200
    assert set(Agreement.objects.values_list("stage", flat=True)) == set(Stage)
    used = PracticeMethod.objects.filter(agreements__isnull=False).distinct()
    assert used.count() == PracticeMethod.objects.count()
    assert Agreement.objects.filter(employee=cast["demo:employee"], group__agreements__stage="under_way").exists()
    assert Outcome.objects.filter(shared=True).exists() and Observation.objects.exists()
    assert Round.objects.filter(closed_on__isnull=False).exists()
    goals = Goal.objects.values_list("plan__conversation__employment__unit", "text")
    own = [(unit, text) for unit, text in goals if text != GROUP_GOAL[0]]  # everybody in the group has that one
    assert most_alike(text for _unit, text in own) <= 4
    assert most_alike(Outcome.objects.values_list("learned", flat=True)) <= 4
    assert most_alike(Answer.objects.exclude(text="").values_list("text", flat=True)) <= 6
    for field in ("if_then", "first_use", "purpose"):
        assert most_alike(Agreement.objects.exclude(**{field: ""}).values_list(field, flat=True)) <= 8
    assert most_alike(own) == most_alike(Outcome.objects.values_list("agreement__unit", "learned")) == 1
    for agreement in Agreement.objects.filter(step_owner=cast["demo:budget-owner"], step="decide"):
        take_step(agreement, Event.GRANT, by=cast["demo:budget-owner"], on=TODAY)


def most_alike(texts: Iterable[object]) -> int:
    """How often the most frequent of these texts was written. More often than this, a visitor would notice."""
    return max(Counter(texts).values())


def test_hr_gives_the_cast_what_its_courses_cost_and_no_more(cast: Cast) -> None:
    spent = cast.agree(estimated_price=18000)
    take_step(spent, Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    spent.refresh_from_db()
    take_step(spent, Event.FUND, by=cast.lars, on=TODAY, price=18000, price_reason="Tilbud")
    for kroner, amount in ((2000, 20000), (5400, 24000), (5400, 24000)):
        raise_budget(cast.kindergarten, cast.round, kroner, on=TODAY)
        cast.budget.refresh_from_db()
        assert cast.budget.amount == amount
    raise_budget(cast.roads, cast.round, 5000, on=TODAY)
    assert Budget.objects.count() == 1


def test_what_quiet_weeks_push_into_one_day_keeps_its_order(cast: Cast) -> None:
    writer = ScriptWriter({}, Life(Streams(1), Behaviour()), date(2026, 7, 24))  # type: ignore[arg-type]  # no cast is asked
    done: list[int] = []
    for ago in (3, 12, 9, 30):
        writer.on(ago, lambda _on, ago=ago: done.append(ago))  # type: ignore[misc]
    script = writer.script()
    assert sorted(script) == [date(2026, 6, 24), date(2026, 7, 3)]
    for act in script[date(2026, 7, 3)]:
        act(date(2026, 7, 3))
    assert done == [12, 9, 3]
