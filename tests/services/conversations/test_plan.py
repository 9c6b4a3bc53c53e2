"""The services of a conversation: who may use them, what stays private, what freezes, and that nothing is doubled."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connections, transaction

from tests.cast import TODAY, Cast, make_cast
from udbytte.domain.lifecycle import Event, Kind
from udbytte.models import (
    Agreement,
    Answer,
    Conversation,
    CountedAgreement,
    LogEntry,
    Notification,
    Person,
    PreparationQuestion,
)
from udbytte.services.agreements.take_step import take_step
from udbytte.services.conversations import plan as services
from udbytte.services.conversations.autosave import discard_set_aside_text, save_field
from udbytte.services.errors import MissingFact, NotPermitted, Refused
from udbytte.services.meetings import times as meetings
from udbytte.services.notifications.write import write_emails
from udbytte.services.people.roles import choose_manager

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FACTS: dict[str, Any] = {
    "kind": Kind.COURSE,
    "title": "Tegn til tale",
    "planned_from": TODAY + timedelta(days=60),
    "planned_to": TODAY + timedelta(days=61),
}


@pytest.mark.django_db
def test_only_the_two_write_in_a_conversation(cast: Cast) -> None:
    goal = services.add_goal(cast.plan, text="Kunne lede et møde", by=cast.mette, on=TODAY)
    talk = Conversation.objects.create(round=cast.round, employment=cast.lars.employments.get(), manager=cast.dorthe)
    assert talk.pk
    verbs: list[Callable[[Person], object]] = [
        lambda by: services.save_preparation(cast.conversation, {}, by=by, on=TODAY),
        lambda by: services.share_preparation(cast.conversation, by=by, on=TODAY),
        lambda by: save_field(cast.conversation, "notes", "Noter", by=by, on=TODAY, at=NOW, seen=""),
        lambda by: discard_set_aside_text(cast.conversation, 1, by=by, on=TODAY),
        lambda by: services.add_goal(cast.plan, text="Mål", by=by, on=TODAY),
        lambda by: services.change_goal(goal, text="Mål", by=by, on=TODAY),
        lambda by: services.remove_goal(goal, by=by, on=TODAY),
        lambda by: services.add_agreement_to_plan(cast.plan, by=by, on=TODAY, **FACTS),
        lambda by: services.take_back_agreement(cast.agree(), by=by, on=TODAY),
        lambda by: services.state_no_course(cast.plan, "Ingen", by=by, on=TODAY),
        lambda by: services.sign_plan(cast.plan, by=by, on=TODAY),
    ]
    for person in (cast.karim, cast.dorthe, cast.bente, cast.birgit, cast.hanne, cast.soren, cast.ida, cast.jonas):
        for verb in verbs:
            with pytest.raises(NotPermitted):
                verb(person)


@pytest.mark.django_db
def test_each_answers_the_questions_asked_of_them(cast: Cast) -> None:
    both = PreparationQuestion.objects.create(round=cast.round, text_da="Hvad gik godt?")
    hers = PreparationQuestion.objects.create(round=cast.round, text_da="Hvad vil du?", asked="employee")
    answers = {both.pk: "Meget", hers.pk: "Lære"}
    services.save_preparation(cast.conversation, answers, by=cast.mette, on=TODAY)
    services.save_preparation(cast.conversation, answers, by=cast.lars, on=TODAY)
    rows = Answer.objects.values_list("preparation__author__given_name", "question")
    assert set(rows) == {("Mette", both.pk), ("Mette", hers.pk), ("Lars", both.pk)}


@pytest.mark.django_db
def test_a_conversation_is_held_today_or_before_and_gets_its_plan(cast: Cast) -> None:
    talk = Conversation.objects.create(round=cast.round, employment=cast.lars.employments.get(), manager=cast.dorthe)
    with pytest.raises(Refused) as refused:
        meetings.hold_conversation(talk, by=cast.dorthe, on=TODAY, held_on=TODAY + timedelta(days=1))
    assert refused.value.field == "held_on"
    meetings.hold_conversation(talk, by=cast.dorthe, on=TODAY, held_on=TODAY - timedelta(days=3))
    meetings.hold_conversation(talk, by=cast.lars, on=TODAY)
    assert talk.held_on == TODAY - timedelta(days=3) and talk.plan.pk


@pytest.mark.django_db
def test_the_second_signature_freezes_the_plan_as_it_reads(cast: Cast) -> None:
    services.add_goal(cast.plan, text="Kunne lede et møde", sign="Lars er med", by=cast.mette, on=TODAY)
    agreement = services.add_agreement_to_plan(cast.plan, by=cast.lars, on=TODAY, **FACTS)
    assert services.sign_plan(cast.plan, by=cast.mette, on=TODAY).signed_text is None
    plan = services.sign_plan(cast.plan, by=cast.lars, on=TODAY + timedelta(days=1))
    assert (plan.employee_signed_on, plan.manager_signed_on) == (TODAY, TODAY + timedelta(days=1))
    frozen = plan.signed_text
    assert frozen is not None
    assert [goal["text"] for goal in frozen["goals"]] == ["Kunne lede et møde"]
    assert [one["title"] for one in frozen["agreements"]] == ["Tegn til tale"]
    take_step(agreement, Event.POSTPONE, by=cast.lars, on=TODAY, until=TODAY + timedelta(days=200), reason="Ferie")
    services.sign_plan(cast.plan, by=cast.mette, on=TODAY + timedelta(days=9))
    plan.refresh_from_db()
    assert plan.signed_text == frozen


@pytest.mark.django_db
def test_nothing_more_is_written_into_a_signed_plan(cast: Cast) -> None:
    goal = services.add_goal(cast.plan, text="Mål", by=cast.mette, on=TODAY)
    services.sign_plan(cast.plan, by=cast.mette, on=TODAY)
    services.sign_plan(cast.plan, by=cast.lars, on=TODAY)
    for verb in (
        lambda: services.add_goal(cast.plan, text="Nyt", by=cast.mette, on=TODAY),
        lambda: services.change_goal(goal, text="Nyt", by=cast.mette, on=TODAY),
        lambda: services.remove_goal(goal, by=cast.mette, on=TODAY),
        lambda: services.add_agreement_to_plan(cast.plan, by=cast.mette, on=TODAY, **FACTS),
        lambda: services.state_no_course(cast.plan, "Ingen", by=cast.mette, on=TODAY),
    ):
        with pytest.raises(Refused):
            verb()
    assert [one.text for one in cast.plan.goals.all()] == ["Mål"]


@pytest.mark.django_db
def test_what_one_has_signed_is_signed_again_when_the_plan_changes(cast: Cast) -> None:
    services.sign_plan(cast.plan, by=cast.mette, on=TODAY)
    services.add_goal(cast.plan, text="Mål", by=cast.lars, on=TODAY)
    cast.plan.refresh_from_db()
    assert cast.plan.employee_signed_on is None
    assert services.sign_plan(cast.plan, by=cast.lars, on=TODAY).signed_text is None


@pytest.mark.django_db
def test_a_plan_is_not_signed_before_the_conversation(cast: Cast) -> None:
    Conversation.objects.filter(pk=cast.conversation.pk).update(held_on=None)
    with pytest.raises(Refused):
        services.sign_plan(cast.plan, by=cast.mette, on=TODAY)


@pytest.mark.django_db
def test_a_new_manager_writes_and_signs_and_the_old_one_no_more(cast: Cast) -> None:
    choose_manager(cast.employment, cast.dorthe, by=cast.ida, on=TODAY)
    services.add_goal(cast.plan, text="Mål", by=cast.dorthe, on=TODAY)
    with pytest.raises(NotPermitted):
        services.add_goal(cast.plan, text="Andet", by=cast.lars, on=TODAY)
    with pytest.raises(NotPermitted):
        services.sign_plan(cast.plan, by=cast.lars, on=TODAY)
    assert services.sign_plan(cast.plan, by=cast.dorthe, on=TODAY).manager_signed_by == cast.dorthe


@pytest.mark.django_db
def test_an_agreement_that_was_a_mistake_is_gone_with_all_that_was_to_be_told_of_it(cast: Cast) -> None:
    kept = services.add_agreement_to_plan(cast.plan, by=cast.lars, on=TODAY, **FACTS)
    wrong = services.add_agreement_to_plan(cast.plan, by=cast.lars, on=TODAY, **FACTS | {"title": "Forkert"})
    assert Notification.objects.filter(agreement=wrong).exists()
    for _press in range(2):
        services.take_back_agreement(wrong, by=cast.mette, on=TODAY)
    assert [*Agreement.objects.all()] == [kept] and not Notification.objects.filter(agreement=wrong.pk).exists()
    assert {entry.agreement_id for entry in LogEntry.all_entries.all()} == {kept.pk}
    assert {row.agreement_id for row in CountedAgreement.objects.all()} == {kept.pk}
    with pytest.raises(IntegrityError), transaction.atomic():  # the log is closed again
        LogEntry.all_entries.all().delete()


def _the_other_day(cast: Cast, agreement: Agreement) -> None:
    Agreement.objects.filter(pk=agreement.pk).update(agreed_on=TODAY - timedelta(days=1))


def _something_happened(cast: Cast, agreement: Agreement) -> None:
    take_step(agreement, Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)


def _an_email_has_told(cast: Cast, agreement: Agreement) -> None:
    write_emails(on=TODAY)


def _both_have_signed(cast: Cast, agreement: Agreement) -> None:
    for person in (cast.mette, cast.lars):
        services.sign_plan(cast.plan, by=person, on=TODAY)


@pytest.mark.django_db
@pytest.mark.parametrize("since", [_the_other_day, _something_happened, _an_email_has_told, _both_have_signed])
def test_an_agreement_that_others_may_rely_on_is_not_taken_back(
    cast: Cast, since: Callable[[Cast, Agreement], None]
) -> None:
    agreement = services.add_agreement_to_plan(cast.plan, by=cast.lars, on=TODAY, **FACTS)
    since(cast, agreement)
    with pytest.raises(Refused):
        services.take_back_agreement(agreement, by=cast.lars, on=TODAY)
    assert Agreement.objects.filter(pk=agreement.pk).exists()


@pytest.mark.django_db
def test_what_one_had_signed_is_signed_again_when_an_agreement_is_taken_back(cast: Cast) -> None:
    agreement = services.add_agreement_to_plan(cast.plan, by=cast.lars, on=TODAY, **FACTS)
    services.sign_plan(cast.plan, by=cast.lars, on=TODAY)
    services.take_back_agreement(agreement, by=cast.mette, on=TODAY)
    cast.plan.refresh_from_db()
    assert cast.plan.manager_signed_on is None


@pytest.mark.django_db
def test_an_empty_goal_is_none(cast: Cast) -> None:
    with pytest.raises(MissingFact):
        services.add_goal(cast.plan, text="  ", by=cast.mette, on=TODAY)
    assert cast.plan.goals.count() == 0


@pytest.mark.django_db
def test_the_same_agreement_twice_is_one(cast: Cast) -> None:
    first = services.add_agreement_to_plan(cast.plan, by=cast.lars, on=TODAY, **FACTS)
    assert services.add_agreement_to_plan(cast.plan, by=cast.mette, on=TODAY, **FACTS).pk == first.pk
    services.add_agreement_to_plan(cast.plan, by=cast.mette, on=TODAY, **(FACTS | {"title": "Andet"}))
    assert Agreement.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_agree_once() -> None:
    cast = make_cast()
    ready = threading.Barrier(2)
    wrong: list[BaseException] = []

    def press() -> None:
        try:
            ready.wait(10)
            services.add_agreement_to_plan(cast.plan, by=cast.lars, on=TODAY, **FACTS)
        except BaseException as error:
            wrong.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert (wrong, Agreement.objects.count()) == ([], 1)
