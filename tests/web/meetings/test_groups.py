"""The page of a group conversation: who sees it, what members share and never read, and what is done on it."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.browsing import enter
from tests.cast import TODAY
from tests.group import again, planned
from tests.team import Team
from udbytte.domain.lifecycle import Kind
from udbytte.models import (
    Conversation,
    DevelopmentPlan,
    Goal,
    GroupConversation,
    Person,
    Preparation,
    PreparationQuestion,
)
from udbytte.queries.conversations.texts import mark_of
from udbytte.services.conversations.plan import (
    add_agreement_to_plan,
    add_goal,
    save_preparation,
)
from udbytte.services.errors import NotPermitted, Refused
from udbytte.services.meetings.group_goals import add_group_goal
from udbytte.services.meetings.groups import (
    save_group_notes,
    share_preparation_with_group,
)

pytestmark = pytest.mark.django_db


def test_notes_written_meanwhile_are_not_overwritten_unseen(team: Team, group: GroupConversation) -> None:
    cast = team.cast
    save_group_notes(group, "Lars skriver", by=cast.lars, on=TODAY, at=timezone.now(), seen="")
    with pytest.raises(Refused):
        save_group_notes(group, "Mette skriver", by=cast.mette, on=TODAY, at=timezone.now(), seen="")
    save_group_notes(group, "Lars skriver\r\nog Mette", by=cast.mette, on=TODAY, at=timezone.now(), seen="Lars skriver")
    group.refresh_from_db()
    assert group.notes == "Lars skriver\nog Mette"
    with pytest.raises(NotPermitted):
        save_group_notes(group, "", by=cast.hanne, on=TODAY, at=timezone.now(), seen=group.notes)
    late = enter(cast.karim).post(
        reverse("group", args=[group.pk]), {"do": "notes", "notes": "Karim skriver", "seen": "Lars skriver"}
    )
    page_text = late.content.decode()
    assert late.status_code == 422 and "Karim skriver" in page_text and "og Mette" in page_text


def test_members_read_what_is_shared_and_never_each_others_plans(team: Team, group: GroupConversation) -> None:
    cast = team.cast
    planned(group, team)
    question = PreparationQuestion.objects.create(round=cast.round, text_da="Hvad vil du?")
    save_preparation(team.mette, {question.pk: "METTES FORBEREDELSE"}, by=cast.mette, on=TODAY)
    save_preparation(team.mette, {question.pk: "LEDERENS FORBEREDELSE"}, by=cast.lars, on=TODAY)
    add_group_goal(group, text="FÆLLES MÅL", by=cast.lars, on=TODAY)
    save_group_notes(group, "FÆLLES NOTER", by=cast.lars, on=TODAY, at=timezone.now(), seen="")
    plan = DevelopmentPlan.objects.get(conversation=team.mette)
    add_goal(plan, text="METTES MÅL", by=cast.mette, on=TODAY)
    facts: dict[str, Any] = {"kind": Kind.COURSE, "title": "METTES KURSUS", "planned_from": TODAY, "planned_to": TODAY}
    agreement = add_agreement_to_plan(plan, by=cast.mette, on=TODAY, **facts)
    Conversation.objects.filter(pk=team.mette.pk).update(notes="METTES NOTER")
    karim = enter(cast.karim)

    def read() -> set[str]:
        page = karim.get(reverse("group", args=[group.pk])).content.decode()
        page += (
            karim.get(reverse("conversation", args=[team.karim.pk])).content.decode() + karim.get("/").content.decode()
        )
        words = {"FÆLLES MÅL", "FÆLLES NOTER", "METTES FORBEREDELSE", "LEDERENS FORBEREDELSE"}
        words |= {"METTES MÅL", "METTES KURSUS", "METTES NOTER"}
        return {word for word in words if word in page}

    assert read() == {"FÆLLES MÅL", "FÆLLES NOTER"}
    Preparation.objects.filter(author=cast.lars).update(shared_with_group_on=TODAY)  # a manager's is nobody's to read
    assert read() == {"FÆLLES MÅL", "FÆLLES NOTER"}
    share_preparation_with_group(team.mette, by=cast.mette, on=TODAY)
    assert read() == {"FÆLLES MÅL", "FÆLLES NOTER", "METTES FORBEREDELSE"}
    share_preparation_with_group(team.mette, by=cast.mette, on=TODAY, shares=False)
    assert read() == {"FÆLLES MÅL", "FÆLLES NOTER"}
    for name in ("conversation", "meeting"):
        assert karim.get(reverse(name, args=[team.mette.pk])).status_code == 404
    assert karim.get(reverse("agreement", args=[agreement.pk])).status_code == 404
    assert karim.get(reverse("plan-of", args=[cast.employment.pk])).status_code == 404
    with pytest.raises(NotPermitted):
        share_preparation_with_group(team.mette, by=cast.lars, on=TODAY)


def test_only_the_manager_and_the_members_see_the_group(team: Team, group: GroupConversation) -> None:
    cast = team.cast
    people = (cast.mette, cast.karim, cast.lars, cast.dorthe, cast.hanne, cast.bente, cast.ida, cast.jonas)
    seen = {one.given_name for one in people if enter(one).get(reverse("group", args=[group.pk])).status_code == 200}
    assert seen == {"Mette", "Karim", "Lars"}


def send(person: Person, group: GroupConversation, **data: Any) -> Any:
    return enter(person).post(reverse("group", args=[group.pk]), data)


def test_the_page_does_it_all(team: Team) -> None:
    cast = team.cast
    lars = enter(cast.lars)
    wrong = lars.post(reverse("new-group"), {"title": "Køkkenet", "members": [team.mette.pk]})
    assert wrong.status_code == 422 and "Vælg mindst to" in wrong.content.decode()
    lars.post(reverse("new-group"), {"title": "Køkkenet", "members": [team.mette.pk, team.karim.pk]})
    group = GroupConversation.objects.get()
    assert send(cast.lars, group, do="when", planned_at="2026-02-01T10:00", minutes=60).status_code == 422
    assert send(cast.lars, group, do="when", planned_at="2026-03-02T13:00", minutes=60).status_code == 302
    assert send(cast.mette, group, do="goal", text="").status_code == 422
    assert send(cast.mette, group, do="goal", text="Lave mad sammen").status_code == 302
    goal = group.goals.get()
    assert send(cast.karim, group, do="goal", goal=goal.pk, text="").status_code == 422
    assert send(cast.karim, group, do="goal", goal=goal.pk, text="Lave grøn mad").status_code == 302
    assert send(cast.mette, group, do="notes", notes="Noter", seen="").status_code == 302
    assert send(cast.mette, group, do="share").status_code == 302
    assert send(cast.lars, group, do="share").status_code == 404
    assert send(cast.karim, group, do="alone").headers["Location"] == reverse("meeting", args=[team.karim.pk])
    assert again(team.karim).kind == "individual"
    assert enter(cast.karim).post(reverse("back-to-group", args=[team.karim.pk])).status_code == 302
    assert send(cast.lars, group, do="join", members=[team.karim.pk]).status_code == 302
    assert send(cast.lars, group, do="leave", member=team.karim.pk).status_code == 302
    assert send(cast.lars, group, do="join", members=[team.karim.pk]).status_code == 302
    assert send(cast.lars, group, do="hold", held_on="2026-03-03", present=[team.mette.pk]).status_code == 422
    assert send(cast.lars, group, do="hold", held_on="2026-03-02", present=[team.mette.pk]).status_code == 302
    assert (again(team.mette).held_on, again(team.karim).held_on) == (TODAY, None)
    assert send(cast.lars, group, do="nonsense").status_code == 404


def test_on_the_own_page_a_common_goal_is_read_and_not_written_in(team: Team, group: GroupConversation) -> None:
    cast = team.cast
    add_group_goal(group, text="Lave mad med børnene", by=cast.karim, on=TODAY)
    common = Goal.objects.get(plan__conversation=team.mette)
    url = reverse("conversation", args=[team.mette.pk])
    page = enter(cast.mette).get(url).content.decode()
    assert "Lave mad med børnene" in page and f'name="goal-{common.pk}-text"' not in page
    assert reverse("group", args=[group.pk]) in page
    sent = {"field": f"goal-{common.pk}-text", "text": "Noget andet", "seen-text": mark_of(common.text)}
    assert enter(cast.mette).post(reverse("write-field", args=[team.mette.pk]), sent).status_code == 422
    own = add_goal(common.plan, text="Mit eget", by=cast.mette, on=TODAY)
    assert f'name="goal-{own.pk}-text"' in enter(cast.mette).get(url).content.decode()
