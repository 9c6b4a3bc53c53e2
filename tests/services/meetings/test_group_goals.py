"""The common goals of a group conversation, and the plans that have them."""

from __future__ import annotations

import pytest

from tests.cast import TODAY
from tests.group import goals, planned
from tests.team import Team
from udbytte.models import (
    DevelopmentPlan,
    Goal,
    GroupConversation,
    GroupGoal,
)
from udbytte.services.conversations.plan import (
    change_goal,
    remove_goal,
    sign_plan,
)
from udbytte.services.errors import MissingFact, NotPermitted, Refused
from udbytte.services.meetings.group_goals import add_group_goal, change_group_goal, remove_group_goal
from udbytte.services.meetings.groups import (
    hold_group,
)

pytestmark = pytest.mark.django_db


def test_a_common_goal_is_written_once_and_stands_in_each_plan(team: Team, group: GroupConversation) -> None:
    cast = team.cast
    goal = add_group_goal(group, text="Lave mad sammen", sign="Færre fejl", by=cast.mette, on=TODAY)
    add_group_goal(group, text="Lave mad sammen", by=cast.karim, on=TODAY)
    assert goals(team.mette) == goals(team.karim) == [("Lave mad sammen", "Færre fejl")]
    change_group_goal(goal, text="Lave grøn mad", by=cast.lars, on=TODAY)
    assert goals(team.mette) == goals(team.karim) == [("Lave grøn mad", "")]
    copy = Goal.objects.get(plan__conversation=team.mette)
    with pytest.raises(Refused):
        change_goal(copy, text="Mit eget", by=cast.mette, on=TODAY)
    with pytest.raises(Refused):
        remove_goal(copy, by=cast.mette, on=TODAY)
    for person in (cast.dorthe, cast.hanne, cast.jonas):
        with pytest.raises(NotPermitted):
            add_group_goal(group, text="Mål", by=person, on=TODAY)
        with pytest.raises(NotPermitted):
            change_group_goal(goal, text="Mål", by=person, on=TODAY)
        with pytest.raises(NotPermitted):
            remove_group_goal(goal, by=person, on=TODAY)
    with pytest.raises(MissingFact):
        add_group_goal(group, text=" ", by=cast.lars, on=TODAY)


def test_what_is_signed_stays_and_what_one_has_signed_is_signed_again(team: Team, group: GroupConversation) -> None:
    cast = team.cast
    planned(group, team)
    goal = add_group_goal(group, text="Lave mad sammen", by=cast.lars, on=TODAY)
    hold_group(group, [team.mette.pk, team.karim.pk], by=cast.lars, on=TODAY)
    mette, karim = (DevelopmentPlan.objects.get(conversation=row) for row in (team.mette, team.karim))
    for by in (cast.mette, cast.lars):
        sign_plan(mette, by=by, on=TODAY)
    sign_plan(karim, by=cast.karim, on=TODAY)
    change_group_goal(goal, text="Lave grøn mad", by=cast.lars, on=TODAY)
    karim.refresh_from_db()
    assert (goals(team.mette), goals(team.karim)) == ([("Lave mad sammen", "")], [("Lave grøn mad", "")])
    assert karim.employee_signed_on is None
    remove_group_goal(goal, by=cast.lars, on=TODAY)
    assert (goals(team.mette), goals(team.karim)) == ([("Lave mad sammen", "")], [])
    assert not GroupGoal.objects.exists()
