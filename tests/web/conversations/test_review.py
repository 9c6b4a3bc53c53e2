"""The page on which a plan is read through and signed, and what is said at the button while something is missing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.browsing import enter
from tests.cast import TODAY, Cast
from udbytte.domain.lifecycle import Event
from udbytte.models import Agreement, CarriedOn, Conversation, DevelopmentPlan, Round
from udbytte.services.agreements.take_step import take_step
from udbytte.services.conversations import plan as services

pytestmark = pytest.mark.django_db


@pytest.fixture
def next_talk(cast: Cast) -> Conversation:
    """Mette's conversation of the round after, which is held."""
    starts = cast.round.conversations_from + timedelta(days=365)
    ends = cast.round.conversations_to + timedelta(days=365)
    following = Round.objects.create(
        name="MUS 2027",
        announced_on=TODAY,
        conversations_from=starts,
        conversations_to=ends,
        published_on=TODAY,
        closes_on=ends,
    )
    talk = Conversation.objects.create(round=following, employment=cast.employment, manager=cast.lars, held_on=TODAY)
    DevelopmentPlan.objects.create(conversation=talk)
    return talk


def test_what_is_missing_is_named_at_the_button_and_can_be_taken_later_from_there(
    cast: Cast, next_talk: Conversation
) -> None:
    old, mette = cast.agree(title="Fra sidst"), enter(cast.mette)
    url, talk = reverse("review-plan", args=[next_talk.pk]), reverse("conversation", args=[next_talk.pk])
    for page in (mette.get(url).content.decode(), mette.get(talk).content.decode()):
        assert "Før I kan skrive under" in page and f'href="{talk}#carry-{old.pk}"' in page
    refused = mette.post(url, {"do": "sign"})
    assert refused.status_code == 422 and 'role="alert">Beslut først' in refused.content.decode()
    later = {"do": "carry", "agreement": old.pk, "how": "later"}
    assert mette.post(url, later)["Location"] == f"{url}#sign"
    assert CarriedOn.objects.get().how == "later" and "Før I kan skrive under" not in mette.get(url).content.decode()
    assert mette.post(url, {"do": "sign"}).status_code == 302
    assert DevelopmentPlan.objects.get(conversation=next_talk).employee_signed_on == TODAY


def test_a_conversation_that_is_not_marked_as_held_is_named_with_its_place(cast: Cast) -> None:
    Conversation.objects.filter(pk=cast.conversation.pk).update(held_on=None)
    page = enter(cast.lars).get(reverse("review-plan", args=[cast.conversation.pk])).content.decode()
    assert f'href="{reverse("conversation", args=[cast.conversation.pk])}#hold"' in page


def test_a_plan_that_has_changed_is_not_signed_and_shows_the_change_with_the_refusal(cast: Cast) -> None:
    url, mette = reverse("review-plan", args=[cast.conversation.pk]), enter(cast.mette)
    seen = mette.get(url).context["plan_mark"]
    services.add_goal(cast.plan, text="Kunne lede et møde", by=cast.lars, on=TODAY)
    answer = mette.post(url, {"do": "sign", "seen": seen})
    assert answer.status_code == 422
    assert "Planen er ændret" in answer.content.decode() and "Kunne lede et møde" in answer.content.decode()


def test_a_second_press_on_sign_is_no_second_signature(cast: Cast) -> None:
    url, mette = reverse("review-plan", args=[cast.conversation.pk]), enter(cast.mette)
    for _press in range(2):
        assert mette.post(url, {"do": "sign"}).status_code == 302
    page = mette.get(url).content.decode()
    assert "Lars Hansen bliver bedt om det i en mail" in page and 'value="sign"' not in page


def test_nothing_is_to_be_signed_before_something_is_written(cast: Cast) -> None:
    cast.plan.delete()
    page = enter(cast.mette).get(reverse("review-plan", args=[cast.conversation.pk]))
    assert "Når I har skrevet et mål eller en aftale" in page.content.decode()
    assert not DevelopmentPlan.objects.exists()


def test_each_agreement_is_agreed_and_shown_under_its_goal(cast: Cast) -> None:
    goals = [services.add_goal(cast.plan, text=text, by=cast.mette, on=TODAY) for text in ("Møder", "Skema")]
    url, lars = reverse("conversation", args=[cast.conversation.pk]), enter(cast.lars)
    for goal, title in zip([goals[0], goals[1], None], ["Mentor", "Regneark", "Førstehjælp"], strict=True):
        data = {"do": "agree", "kind": "course", "title": title, "planned_from": TODAY, "planned_to": TODAY}
        assert lars.post(url, data | {"goal": goal.pk if goal else ""}).status_code == 302
    shown = [(part.goal, [item.row.agreement.title for item in part.rows]) for part in lars.get(url).context["goals"]]
    assert shown == [(goals[0], ["Mentor"]), (goals[1], ["Regneark"]), (None, ["Førstehjælp"])]


def test_an_agreement_for_a_goal_that_is_gone_is_agreed_without_it_on_the_next_press(cast: Cast) -> None:
    goal = services.add_goal(cast.plan, text="Møder", by=cast.mette, on=TODAY)
    number = goal.pk
    services.remove_goal(goal, by=cast.lars, on=TODAY)
    url, mette = reverse("conversation", args=[cast.conversation.pk]), enter(cast.mette)
    data = {"do": "agree", "kind": "course", "title": "Mentor", "planned_from": TODAY, "planned_to": TODAY}
    answer = mette.post(url, data | {"goal": number})
    form = answer.context["goals"][-1].form
    assert answer.status_code == 422 and "Målet er fjernet" in answer.content.decode()
    assert mette.post(url, data | {"goal": form["goal"].value(), "title": form["title"].value()}).status_code == 302
    assert Agreement.objects.get().goal is None


def test_an_agreement_is_corrected_in_its_row(cast: Cast) -> None:
    goal = services.add_goal(cast.plan, text="Møder", by=cast.mette, on=TODAY)
    agreement = cast.agree(goal=goal)
    Agreement.objects.filter(pk=agreement.pk).update(course=cast.run.course)
    url, lars = reverse("conversation", args=[cast.conversation.pk]), enter(cast.lars)
    shown = lars.get(f"{url}?ret={agreement.pk}").context["goals"][0].rows[0].form
    as_agreed = {name: shown[name].value() for name in shown.fields if shown[name].value() not in (None, "")}
    assert as_agreed["title"] == agreement.title and not lars.get(url).context["goals"][0].rows[0].form
    sent = as_agreed | {"do": "change", "agreement": agreement.pk, "part": f"goal-{goal.pk}", "goal": goal.pk}
    assert lars.post(url, sent | {"planned_to": "2020-01-01"}).status_code == 422
    sooner = TODAY + timedelta(days=14)
    changed = sent | {"title": "Lede et møde", "planned_from": sooner, "planned_to": sooner, "purpose": "Møderne"}
    assert lars.post(url, changed)["Location"] == f"{url}#goal-{goal.pk}"
    row = Agreement.objects.get()
    assert (row.title, row.planned_from, row.purpose, row.goal) == ("Lede et møde", sooner, "Møderne", goal)
    assert row.course == cast.run.course and row.turn == agreement.turn
    assert row.step_due is not None and agreement.step_due is not None and row.step_due < agreement.step_due


def test_what_has_happened_to_an_agreement_or_is_signed_is_not_corrected_away(cast: Cast) -> None:
    agreement = cast.agree()
    url = reverse("conversation", args=[cast.conversation.pk])
    sent = {"do": "change", "agreement": agreement.pk, "kind": "course", "title": "Andet"}
    sent |= {"planned_from": str(agreement.planned_from), "planned_to": str(agreement.planned_to)}
    assert enter(cast.jonas).post(url, sent).status_code == 404
    assert enter(cast.mette).post(url, sent | {"title": "Mentor"}).status_code == 302
    take_step(Agreement.objects.get(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    page = enter(cast.mette).post(url, sent)
    assert page.status_code == 422 and Agreement.objects.get().title == "Mentor"
    assert f"?ret={agreement.pk}" not in enter(cast.mette).get(url).content.decode()


def test_what_was_added_by_mistake_is_taken_back_and_a_refusal_stands_where_it_was_pressed(cast: Cast) -> None:
    goal = services.add_goal(cast.plan, text="Møder", by=cast.mette, on=TODAY)
    url, mette = reverse("conversation", args=[cast.conversation.pk]), enter(cast.mette)
    wrong, relied_on = cast.agree(goal=goal), cast.agree(title="Regneark", goal=goal)
    page = mette.get(url).content.decode()
    assert f"Fortryd: {wrong.title}" in page
    sent = {"do": "take-back", "part": f"goal-{goal.pk}"}
    for _press in range(2):
        assert mette.post(url, sent | {"agreement": wrong.pk})["Location"] == f"{url}#goal-{goal.pk}"
    Agreement.objects.filter(pk=relied_on.pk).update(turn=2)
    refused = mette.post(url, sent | {"agreement": relied_on.pk})
    assert refused.status_code == 422 and refused.context["refused_at"] == f"goal-{goal.pk}"
    assert 'role="alert">Det kan ikke fortrydes mere' in refused.content.decode()
    assert [*Agreement.objects.all()] == [relied_on]


def test_the_contents_list_says_what_is_done(cast: Cast) -> None:
    url, mette = reverse("conversation", args=[cast.conversation.pk]), enter(cast.mette)
    before = {part.anchor: (part.done, part.count) for part in mette.get(url).context["parts"]}
    assert before == {"agree": (False, ""), "notes": (False, ""), "sign": (False, "")}
    services.add_goal(cast.plan, text="Møder", by=cast.mette, on=TODAY)
    cast.agree()
    Conversation.objects.filter(pk=cast.conversation.pk).update(notes="Vi talte om møder")
    for person in (cast.mette, cast.lars):
        services.sign_plan(cast.plan, by=person, on=TODAY)
    after = {part.anchor: (part.done, part.count) for part in mette.get(url).context["parts"]}
    assert after == {"agree": (True, "1 mål, 1 aftale"), "notes": (True, ""), "sign": (True, "")}
