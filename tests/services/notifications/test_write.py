"""Which emails are written: the weekly one, the extra one, and no empty one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.cast import TODAY, Cast, employ, make_person
from udbytte.domain.lifecycle import Event, Kind
from udbytte.models import Agreement, Conversation, CourseRun, DevelopmentPlan, Email, FollowUpRun, Notification, Person
from udbytte.services.agreements.take_step import agree_activity, take_step
from udbytte.services.notifications.follow_up import follow_up, follow_up_if_due
from udbytte.services.notifications.write import write_emails, write_urgent_emails
from udbytte.services.people.organisation import follow_organisation_changes

pytestmark = pytest.mark.django_db


def ask(cast: Cast, day: int) -> Agreement:
    on = TODAY + timedelta(days=day)
    return take_step(cast.agree(Kind.PRACTICE, on=on), Event.ASK, by=cast.mette, on=on, helper=cast.karim)


def keys(cast: Cast) -> list[str]:
    return list(Email.objects.filter(person=cast.karim).order_by("pk").values_list("key", flat=True))


def test_what_cannot_wait_comes_on_the_weekly_day_too_and_once_a_day(cast: Cast) -> None:
    ask(cast, 0)
    follow_up(on=TODAY)
    assert keys(cast) == ["digest:2026-03-02"]
    ask(cast, 0)
    assert write_urgent_emails(on=TODAY) == 1
    ask(cast, 0)
    assert write_urgent_emails(on=TODAY) == 0
    assert keys(cast) == ["digest:2026-03-02", "extra:2026-03-02"]
    assert write_urgent_emails(on=TODAY + timedelta(days=1)) == 1


def test_through_the_day_no_weekly_letter_is_written_before_the_follow_up(cast: Cast) -> None:
    cast.agree()
    assert write_urgent_emails(on=TODAY) == 0
    assert not Email.objects.exists()


def test_what_was_answered_meanwhile_is_in_no_letter(cast: Cast) -> None:
    follow_up(on=TODAY)
    agreement = ask(cast, 1)
    take_step(agreement, Event.DECLINE, by=cast.karim, on=TODAY + timedelta(days=1))
    assert write_urgent_emails(on=TODAY + timedelta(days=1)) == 0
    assert keys(cast) == ["digest:2026-03-02"]


def test_nothing_to_say_is_no_letter(cast: Cast) -> None:
    Notification.objects.all().delete()
    assert write_emails(on=TODAY) == (0, [])


def test_a_missed_monday_comes_on_the_next_run_and_only_then(cast: Cast) -> None:
    follow_up(on=TODAY)
    cast.agree()
    wednesday = TODAY + timedelta(days=9)
    follow_up(on=wednesday)
    emails = Email.objects.filter(person=cast.bente, on__gt=TODAY)
    assert list(emails.values_list("key", "on")) == [("digest:2026-03-09", wednesday)]
    cast.agree(on=wednesday)
    follow_up(on=wednesday + timedelta(days=1))
    assert emails.count() == 1


def test_who_arranges_reads_how_much_stands_still_once_a_week_without_a_title(cast: Cast) -> None:
    cast.agree()
    for day in range(21 + 22, 21 + 36):
        follow_up(on=TODAY + timedelta(days=day))
    emails = [email.text for email in Email.objects.filter(person=cast.hanne).order_by("pk")]
    assert ["gaaet-i-staa" in text for text in emails] == [True] * len(emails)
    assert len(emails) in (2, 3)
    assert not any("Konflikt" in text or "Mette" in text for text in emails)


def test_where_nobody_is_next_in_line_hr_hears_of_it_without_a_title(cast: Cast) -> None:
    take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    cast.dorthe.manager_roles.update(ends_on=TODAY)
    for day in range(25):
        follow_up(on=TODAY + timedelta(days=day))
    assert list(Notification.objects.filter(kind="next").values_list("person__given_name", flat=True)) == ["Hanne"]
    text = Email.objects.filter(person=cast.hanne).latest("pk").text
    assert "venter på en leder" in text and "Konflikt" not in text and "Mette" not in text


def test_catching_up_is_one_run_and_a_day_that_is_done_is_left(cast: Cast) -> None:
    cast.agree()
    assert follow_up_if_due(on=TODAY) is not None
    assert follow_up_if_due(on=TODAY) is None
    assert follow_up_if_due(on=TODAY + timedelta(days=9)) is not None
    assert FollowUpRun.objects.count() == 2


def follow_more(cast: Cast, count: int) -> int:
    """Employ some people with an agreement each that is late; returns the queries of a follow-up."""
    for number in range(count):
        person = make_person(f"Medarbejder{Agreement.objects.count()}x{number}")
        employment = employ(person, cast.kindergarten)
        follow_organisation_changes(on=TODAY)
        conversation = Conversation.objects.create(
            round=cast.round, employment=employment, manager=cast.lars, held_on=TODAY
        )
        agree_activity(
            plan=DevelopmentPlan.objects.create(conversation=conversation),
            kind=Kind.PRACTICE,
            title="Makker",
            planned_from=TODAY,
            planned_to=TODAY + timedelta(days=60),
            by=None,
            on=TODAY,
        )
    with CaptureQueriesContext(
        connection,
    ) as seen:
        follow_up(on=TODAY + timedelta(days=14))
    return len(seen)


def test_a_follow_up_asks_as_much_of_the_database_for_thirty_as_for_one(cast: Cast) -> None:
    follow_up(on=TODAY)
    one = follow_more(cast, 1)
    Email.objects.all().delete()
    Notification.objects.all().delete()
    FollowUpRun.objects.all().delete()
    assert follow_more(cast, 29) == one
    assert Email.objects.filter(key__startswith="digest").count() >= 30


def test_nobody_gets_more_than_four_emails_in_seven_days(cast: Cast) -> None:
    """Three extras, so that the weekly email has its place; what cannot be sent waits for it."""
    Person.objects.filter(pk=cast.karim.pk).update(digest_weekday=5)
    for day in range(21):
        ask(cast, day)
        on = TODAY + timedelta(days=day)
        follow_up(on=on)
        for _again in range(2):
            write_urgent_emails(on=on)
    days = [(row.on - TODAY).days for row in Email.objects.filter(person=cast.karim)]
    assert max(sum(first <= day < first + 7 for day in days) for first in range(21)) == 4
    kinds = dict(Email.objects.filter(person=cast.karim).order_by("on", "pk").values_list("key", "kind"))
    assert [key for key, kind in kinds.items() if kind == "digest"] == [
        "digest:2026-02-27",  # of the week before, as nothing was sent then
        "digest:2026-03-06",
        "digest:2026-03-13",
        "digest:2026-03-20",
    ]
    assert not Notification.objects.filter(person=cast.karim, email=None, on__lte=TODAY + timedelta(days=18)).exists()


def test_login_codes_and_emails_to_providers_do_not_count(cast: Cast) -> None:
    for number in range(9):
        for kind in ("login", "account", "provider"):
            Email.objects.create(
                person=cast.karim,
                key=f"{kind}:{number}",
                kind=kind,
                on=TODAY,
                to="karim@example.test",
                subject="Din kode",
                text="Koden",
                message_id=f"<{kind}{number}@example.test>",
                next_try_at=timezone.now(),
            )
    ask(cast, 0)
    assert write_urgent_emails(on=TODAY) == 1


def test_the_budget_owner_reads_why_in_the_letter(cast: Cast) -> None:
    agreement = take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    take_step(agreement, Event.NOMINATE, by=cast.lars, on=TODAY, reason="Vi har tre nye børn i foråret.", price=6000)
    follow_up(on=TODAY)
    text = Email.objects.get(person=cast.birgit).text
    assert "6.000 kr.\n  Begrundelse: Vi har tre nye børn i foråret.\n" in text
    assert "Vi har tre nye" not in Email.objects.get(person=cast.mette).text


def test_a_grant_just_before_sign_up_closes_is_told_the_same_day(cast: Cast) -> None:
    for days, urgent in ((5, True), (6, False)):
        found = take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
        agreement = take_step(found, Event.NOMINATE, by=cast.lars, on=TODAY, reason="Vi mangler det", price=6000)
        CourseRun.objects.filter(pk=cast.run.pk).update(signup_deadline=TODAY + timedelta(days=days))
        Notification.objects.all().delete()
        take_step(agreement, Event.GRANT, by=cast.birgit, on=TODAY)
        assert Notification.objects.get(person=cast.bente).urgent is urgent
