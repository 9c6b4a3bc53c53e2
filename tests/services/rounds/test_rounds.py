"""A round: created as a draft, published with its rules, completed with new employees, closed without loss."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from tests.cast import TODAY, Cast, employ, make_person
from udbytte.domain.lifecycle import Event
from udbytte.models import (
    Answer,
    Conversation,
    ConversationKind,
    Notification,
    Preparation,
    PreparationQuestion,
    Role,
    RoleAssignment,
    Round,
    RulesConfirmation,
)
from udbytte.services.agreements.take_step import take_step
from udbytte.services.errors import NotPermitted, NotPossible, Refused
from udbytte.services.notifications.follow_up import follow_up
from udbytte.services.notifications.write import write_urgent_emails
from udbytte.services.rounds.questions import QuestionText, set_questions
from udbytte.services.rounds.rounds import (
    close_round,
    complete_open_rounds,
    create_round,
    publish_budget,
    publish_round,
    save_round,
    set_budget,
)
from udbytte.services.rounds.rules import confirm_rules

pytestmark = pytest.mark.django_db


def draft(cast: Cast, **fields: object) -> Round:
    given: dict[str, object] = {
        "name": "MUS 2027",
        "units": [cast.children],
        "announced_on": date(2027, 1, 4),
        "conversations_from": date(2027, 2, 1),
        "conversations_to": date(2027, 4, 30),
        "closes_on": date(2027, 12, 31),
        "procedure": "I taler sammen en time.",
    }
    return create_round(by=cast.hanne, on=TODAY, **(given | fields))  # type: ignore[arg-type]


def names(round_: Round) -> list[tuple[str, str]]:
    rows = round_.conversations.values_list("employment__person__given_name", "kind")
    return sorted(rows)


def test_a_new_round_is_a_draft_that_nobody_has_heard_of(cast: Cast) -> None:
    round_ = draft(cast)
    assert (round_.published_on, round_.conversations.count(), Notification.objects.count()) == (None, 0, 0)
    assert [question.asked for question in round_.questions.all()] == ["both", "both", "employee", "manager", "both"]


def test_publishing_gives_everyone_employed_in_its_units_a_conversation_and_one_notice(cast: Cast) -> None:
    round_ = draft(cast)
    assert publish_round(round_, by=cast.hanne, on=TODAY) == 4
    assert names(round_) == [("Dorthe", "leader"), ("Karim", "individual"), ("Lars", "leader"), ("Mette", "individual")]
    managers = set(round_.conversations.values_list("employment__person__given_name", "manager__given_name"))
    assert managers == {("Mette", "Lars"), ("Karim", "Lars"), ("Lars", "Dorthe"), ("Dorthe", None)}
    notifications = Notification.objects.filter(kind="round").values_list("person__given_name", "cause")
    assert sorted(notifications) == [(name, f"round:{round_.pk}") for name in ("Dorthe", "Karim", "Lars", "Mette")]


def test_what_is_published_in_the_afternoon_is_announced_the_same_day(cast: Cast) -> None:
    follow_up(on=TODAY)
    round_ = draft(cast)
    publish_round(round_, by=cast.hanne, on=TODAY)
    assert write_urgent_emails(on=TODAY) == 4
    assert not Notification.objects.filter(kind="round", email=None).exists()


def test_a_person_with_two_employments_has_two_conversations_and_hears_of_the_round_once(cast: Cast) -> None:
    employ(cast.mette, cast.children, "Vejleder")
    round_ = draft(cast)
    publish_round(round_, by=cast.hanne, on=TODAY)
    assert round_.conversations.filter(employment__person=cast.mette).count() == 2
    assert Notification.objects.filter(kind="round", person=cast.mette).count() == 1


@pytest.mark.parametrize(
    ("spoil", "field"),
    [
        (lambda round_: round_.units.clear(), "units"),
        (lambda round_: Round.objects.filter(pk=round_.pk).update(procedure=" "), "procedure"),
        (lambda round_: round_.questions.all().delete(), ""),
    ],
)
def test_a_round_without_units_rules_or_questions_is_not_published(
    cast: Cast, spoil: Callable[[Round], object], field: str
) -> None:
    round_ = draft(cast)
    spoil(round_)
    with pytest.raises(Refused) as refused:
        publish_round(round_, by=cast.hanne, on=TODAY)
    assert refused.value.field == field
    round_.refresh_from_db()
    assert (round_.published_on, round_.conversations.count()) == (None, 0)


def test_a_round_is_not_published_where_nobody_is_hr(cast: Cast) -> None:
    round_ = draft(cast, units=[cast.children, cast.roads])
    RoleAssignment.objects.filter(role=Role.HR).update(unit=cast.children)
    with pytest.raises(Refused) as refused:
        publish_round(round_, by=cast.hanne, on=TODAY)
    assert (refused.value.field, "Vej og Park" in refused.value.message) == ("units", True)
    RoleAssignment.objects.filter(role=Role.HR).delete()
    with pytest.raises(Refused, match=r"Børn og Unge|Vej og Park"):
        publish_round(round_, by=None, on=TODAY)
    round_.refresh_from_db()
    assert (round_.published_on, round_.conversations.count()) == (None, 0)
    RoleAssignment.objects.create(person=cast.hanne, role=Role.HR, unit=cast.municipality, starts_on=TODAY)
    assert publish_round(round_, by=cast.hanne, on=TODAY) == 5


def test_a_round_is_published_once(cast: Cast) -> None:
    round_ = draft(cast)
    publish_round(round_, by=cast.hanne, on=TODAY)
    with pytest.raises(Refused):
        publish_round(round_, by=cast.hanne, on=TODAY)
    assert round_.conversations.count() == 4


def test_who_joins_later_gets_a_conversation_once_and_who_comes_after_the_close_none(cast: Cast) -> None:
    round_ = draft(cast)
    publish_round(round_, by=cast.hanne, on=TODAY)
    complete_open_rounds(on=TODAY)
    newcomer = employ(make_person("Nanna"), cast.kindergarten)
    newcomer.starts_on = TODAY + timedelta(days=30)
    newcomer.save()
    before = Conversation.objects.count()
    assert complete_open_rounds(on=TODAY + timedelta(days=29)) == 0
    joined = TODAY + timedelta(days=30)
    assert (complete_open_rounds(on=joined), complete_open_rounds(on=joined)) == (2, 0)  # both open rounds reach her
    assert Conversation.objects.count() == before + 2
    assert round_.conversations.get(employment=newcomer).kind == ConversationKind.INDIVIDUAL
    close_round(round_, by=cast.hanne, on=joined)
    close_round(cast.round, by=cast.hanne, on=joined)
    employ(make_person("Oda"), cast.kindergarten)
    assert complete_open_rounds(on=joined) == 0


def test_only_hr_makes_changes_publishes_and_closes_rounds(cast: Cast) -> None:
    round_ = draft(cast)
    for person in (cast.mette, cast.lars, cast.bente, cast.birgit, cast.soren, cast.ida, cast.jonas):
        verbs: list[Callable[[], object]] = [
            lambda who=person: save_round(round_, by=who, on=TODAY, name="X"),  # type: ignore[misc]
            lambda who=person: set_questions(round_, [QuestionText("Hvad?")], by=who, on=TODAY),  # type: ignore[misc]
            lambda who=person: publish_round(round_, by=who, on=TODAY),  # type: ignore[misc]
            lambda who=person: set_budget(round_, cast.children, 1, by=who, on=TODAY),  # type: ignore[misc]
            lambda who=person: publish_budget(cast.budget, by=who, on=TODAY),  # type: ignore[misc]
            lambda who=person: close_round(cast.round, by=who, on=TODAY),  # type: ignore[misc]
        ]
        for verb in verbs:
            with pytest.raises(NotPermitted):
                verb()
        with pytest.raises(NotPermitted):
            create_round(
                by=person, on=TODAY, name="X", units=[], announced_on=TODAY, conversations_from=TODAY,
                conversations_to=TODAY, closes_on=TODAY,
            )  # fmt: skip
    assert Round.objects.count() == 2


def test_dates_out_of_order_are_refused_in_words(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        draft(cast, conversations_to=date(2027, 1, 5))
    assert refused.value.message
    assert Round.objects.count() == 1


def test_questions_change_as_long_as_none_that_is_answered_goes_away(cast: Cast) -> None:
    round_ = draft(cast)
    first, second = round_.questions.all()[:2]
    conversation = Conversation.objects.create(round=round_, employment=cast.employment, manager=cast.lars)
    preparation = Preparation.objects.create(conversation=conversation, author=cast.mette)
    Answer.objects.create(preparation=preparation, question=first, text="Meget")
    new = [QuestionText("Ny", "New"), QuestionText("Omformuleret", asked="employee", pk=first.pk), QuestionText("  ")]
    set_questions(round_, new, by=cast.hanne, on=TODAY)
    assert list(round_.questions.values_list("text_da", "asked")) == [("Ny", "both"), ("Omformuleret", "employee")]
    assert not PreparationQuestion.objects.filter(pk=second.pk).exists()
    with pytest.raises(Refused):
        set_questions(round_, [QuestionText("Alene")], by=cast.hanne, on=TODAY)
    assert list(round_.questions.values_list("text_da", flat=True)) == ["Ny", "Omformuleret"]


def test_the_rules_are_confirmed_once_by_those_in_the_round_while_it_is_open(cast: Cast) -> None:
    confirm_rules(cast.round, by=cast.mette, on=TODAY)
    confirm_rules(cast.round, by=cast.mette, on=TODAY + timedelta(days=3))
    assert list(RulesConfirmation.objects.values_list("person", "confirmed_on")) == [(cast.mette.pk, TODAY)]
    with pytest.raises(NotPermitted):
        confirm_rules(cast.round, by=cast.jonas, on=TODAY)
    close_round(cast.round, by=cast.hanne, on=TODAY)
    with pytest.raises(NotPossible):
        confirm_rules(cast.round, by=cast.mette, on=TODAY)


def test_a_budget_cannot_go_below_what_is_granted_nor_outside_the_round(cast: Cast) -> None:
    agreement = take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    take_step(agreement, Event.FUND, by=cast.lars, on=TODAY, price=6000)
    with pytest.raises(Refused) as refused:
        set_budget(cast.round, cast.kindergarten, 5999, by=cast.hanne, on=TODAY)
    assert refused.value.field == "amount"
    assert set_budget(cast.round, cast.kindergarten, 6000, by=cast.hanne, on=TODAY).pk == cast.budget.pk
    cast.round.units.set([cast.kindergarten])
    with pytest.raises(Refused) as refused:
        set_budget(cast.round, cast.roads, 1, by=cast.hanne, on=TODAY)
    assert refused.value.field == "unit"


def test_the_day_a_budget_became_known_stands(cast: Cast) -> None:
    budget = set_budget(cast.round, cast.children, 9000, by=cast.hanne, on=TODAY)
    publish_budget(budget, by=cast.hanne, on=TODAY)
    publish_budget(budget, by=cast.hanne, on=TODAY + timedelta(days=9))
    assert budget.published_on == TODAY


def test_closing_leaves_conversations_and_open_agreements_as_they_are(cast: Cast) -> None:
    agreement = cast.agree()
    close_round(cast.round, by=cast.hanne, on=TODAY)
    agreement.refresh_from_db()
    assert (agreement.is_open, agreement.step) == (True, "find_run")
    assert cast.round.conversations.count() == 1
    take_step(agreement, Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    with pytest.raises(NotPossible):
        save_round(cast.round, by=cast.hanne, on=TODAY, name="Igen")
