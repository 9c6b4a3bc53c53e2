"""What is past its limit is erased, figures stay as they were, and a legal hold protects."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from tests.cast import TODAY, Cast
from tests.services.privacy.leaver import LEFT_ON, WORD, leave, old_message, tables_with, write_about_mette
from udbytte.domain.figures.key_questions import Measure
from udbytte.domain.privacy import Record, months_before
from udbytte.models import (
    AuditEntry,
    AuditKind,
    Conversation,
    CountedAgreement,
    CountedConversation,
    EarlierText,
    Email,
    LegalHold,
    LogEntry,
)
from udbytte.queries.figures.tallies import tallies_of
from udbytte.queries.practice.outcomes import count_learning
from udbytte.queries.privacy.retention import outlook
from udbytte.services.errors import Refused
from udbytte.services.people.audit import note
from udbytte.services.privacy.retention import run_retention, set_limits
from udbytte.tasks.retention import erase

pytestmark = pytest.mark.django_db
COUNTED = (CountedConversation, CountedAgreement)
FIVE_YEARS_LATER = date(2031, 7, 2)


def run(on: date) -> dict[str, int]:
    return {name: count for name, count in run_retention(on=on, now=timezone.now()).items() if count}


def test_months_before_ends_in_the_last_day_of_a_shorter_month() -> None:
    assert months_before(date(2026, 3, 31), 1) == date(2026, 2, 28)
    assert months_before(date(2026, 3, 2), 36) == date(2023, 3, 2)
    assert months_before(date(2026, 1, 15), 13) == date(2024, 12, 15)
    assert months_before(date(2026, 12, 31), 1) == date(2026, 11, 30)


def test_nobodys_word_is_left_of_somebody_who_left_five_years_ago_and_the_figures_are_the_same(cast: Cast) -> None:
    write_about_mette(cast)
    leave(cast)
    before, learned = tallies_of(cast.round, on=LEFT_ON + timedelta(days=30)), count_learning(FIVE_YEARS_LATER)
    rows = [list(model.objects.order_by("pk").values()) for model in COUNTED]
    assert before[cast.kindergarten.pk][Measure.FLOW]["base"] == 2
    assert len(tables_with(WORD)) > 10
    assert run(FIVE_YEARS_LATER)["people"] == 1
    assert tables_with(WORD) == set()
    assert tallies_of(cast.round, on=LEFT_ON + timedelta(days=30)) == before
    assert count_learning(FIVE_YEARS_LATER) == learned
    assert [list(model.objects.order_by("pk").values()) for model in COUNTED] == rows
    cast.mette.refresh_from_db()
    assert (cast.mette.email, cast.mette.external_id, cast.mette.given_name) == (None, None, "")
    assert cast.mette.name == "en, der er fratrådt"
    assert run(FIVE_YEARS_LATER) == {}


def test_who_left_later_or_works_here_is_left_alone(cast: Cast) -> None:
    write_about_mette(cast)
    leave(cast)
    assert "people" not in run(date(2031, 6, 30))  # the last day counts whole
    cast.lars.refresh_from_db()
    assert cast.lars.erased_on is None


def test_texts_of_a_conversation_go_after_three_years_and_the_plan_stays(cast: Cast) -> None:
    write_about_mette(cast)
    assert "conversations" not in run(TODAY.replace(year=2029))
    assert run(date(2029, 3, 3))["conversations"] == 1
    cast.conversation.refresh_from_db()
    assert cast.conversation.notes == "–"
    assert cast.conversation.texts_erased_on == date(2029, 3, 3)
    assert tables_with(WORD) & {"preparation", "answer", "setaside", "earliertext", "conversation"} == set()
    assert {"agreement", "goal", "developmentplan"} <= tables_with(WORD)


def test_a_hold_on_the_person_or_a_unit_above_keeps_everything(cast: Cast) -> None:
    write_about_mette(cast)
    leave(cast)
    hold = LegalHold.objects.create(unit=cast.children, reason="Klagesag", placed_by=cast.hanne, placed_on=TODAY)
    note(AuditKind.PLAN, by=cast.lars, about=cast.mette, on=TODAY)
    note(AuditKind.LOGIN, by=cast.jonas, about=cast.jonas, on=TODAY)
    rows = {row.part: (row.due, row.held) for row in outlook(FIVE_YEARS_LATER)}
    assert rows["people"] == (0, 1)
    assert rows["conversations"] == (0, 1)
    assert rows["audit"] == (1, 1)
    assert run(FIVE_YEARS_LATER)["audit"] == 1
    assert WORD in Conversation.objects.get(pk=cast.conversation.pk).notes
    LegalHold.objects.filter(pk=hold.pk).update(unit=None, person=cast.mette)
    assert "people" not in run(FIVE_YEARS_LATER)
    LegalHold.objects.filter(pk=hold.pk).update(lifted_on=TODAY)
    assert run(FIVE_YEARS_LATER)["people"] == 1


def test_the_audit_log_goes_at_its_own_limit_and_by_no_other_way(cast: Cast) -> None:
    for on in (date(2024, 3, 1), date(2024, 3, 2)):
        note(AuditKind.LOGIN, by=cast.mette, about=cast.mette, on=on)
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEntry.objects.filter(on=date(2024, 3, 1)).delete()
    assert run(TODAY) == {"audit": 1}
    assert [entry.on for entry in AuditEntry.objects.filter(kind=AuditKind.LOGIN)] == [date(2024, 3, 2)]
    ran = AuditEntry.objects.get(kind=AuditKind.RETENTION)
    assert (ran.by, ran.facts) == (None, {"audit": 1})


def test_after_a_run_the_logs_are_append_only_again(cast: Cast) -> None:
    write_about_mette(cast)
    run(date(2029, 3, 3))
    for rows in (LogEntry.all_entries.filter(agreement__employee=cast.mette), AuditEntry.objects.all()):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(facts={})
    assert not EarlierText.objects.exists()


def test_messages_go_after_two_years_but_not_what_an_open_agreement_has_told(cast: Cast) -> None:
    agreement = cast.agree()
    old = date(2024, 3, 1)
    old_message(cast.mette, old)
    kept = old_message(cast.lars, old, agreement=agreement)
    fresh = old_message(cast.mette, date(2024, 3, 2))
    counts = run(TODAY)
    assert counts == {"notifications": 1, "emails": 1}
    assert set(Email.objects.filter(key__startswith="old:").values_list("pk", flat=True)) == {
        kept.email_id,
        fresh.email_id,
    }


def test_the_worker_does_it_every_night(cast: Cast) -> None:
    note(AuditKind.LOGIN, by=cast.mette, about=cast.mette, on=date(2024, 3, 1))
    erase(timestamp=0)
    assert not AuditEntry.objects.filter(kind=AuditKind.LOGIN).exists()
    assert app.tasks["udbytte.tasks.retention.erase"].queueing_lock == "retention"


def test_a_limit_is_chosen_within_its_bounds_and_noted(cast: Cast) -> None:
    write_about_mette(cast)
    with pytest.raises(Refused):
        set_limits({Record.CONVERSATION: 6}, by=cast.hanne, on=TODAY)
    assert set_limits({Record.CONVERSATION: 12}, by=cast.hanne, on=TODAY)
    assert not set_limits({Record.CONVERSATION: 12}, by=cast.hanne, on=TODAY)
    entry = AuditEntry.objects.get(kind=AuditKind.LIMITS)
    assert (entry.by, entry.facts) == (cast.hanne, {"conversation": 12})
    assert run(date(2027, 3, 3))["conversations"] == 1


def test_the_outlook_writes_nothing_and_sees_ahead(cast: Cast) -> None:
    write_about_mette(cast)
    rows = {row.part: row for row in outlook(date(2029, 2, 15))}
    talks = rows["conversations"]
    assert (talks.months, talks.due, talks.within_30_days, talks.within_a_year) == (36, 0, 1, 1)
    assert WORD in Conversation.objects.get(pk=cast.conversation.pk).notes
