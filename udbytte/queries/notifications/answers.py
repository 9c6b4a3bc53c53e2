"""What the emails of a person still ask, and how many of such questions are answered in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection

from udbytte.domain.figures.suppression import MINIMUM
from udbytte.domain.lifecycle import email_answers
from udbytte.domain.notifications.emails import ANSWERED_WITHIN, Asked
from udbytte.models import (
    Agreement,
    CheckIn,
    Email,
    Person,
)

COUNTED_FOR = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question of an email that can be answered without login, and is still open."""

    agreement: Agreement
    check_in: int | None = None  # the helper's check-in that it asks about


RELATED = ("employee", "unit", "run__course", "course", "method", "step_owner", "employment")


def open_question_to(person: Person, on: date, *, since: date) -> OpenQuestion | None:
    """The question due first of those that the person's emails asked after `since` and that need no login.

    Only what an email has asked counts, so that whoever holds a link of an email learns of nothing that no email says.
    """
    emails = Email.objects.filter(person=person, on__gt=since).order_by("-on", "-pk")
    asked: list[Asked] = [asked for asks in emails.values_list("asks", flat=True) for asked in asks]
    open_ = Agreement.objects.filter(pk__in={row["agreement"] for row in asked}, closed_on__isnull=True)
    agreements = {row.pk: row for row in open_.select_related(*RELATED).prefetch_related("helpers__person")}
    waiting = CheckIn.objects.filter(by=person, by_helper=True, answered_on__isnull=True, withdrawn_on__isnull=True)
    check_ins = set(waiting.filter(agreement__in=agreements).values_list("pk", flat=True))
    questions = []
    for row in asked:
        agreement = agreements.get(row["agreement"])
        if agreement is None:
            continue
        check_in = row.get("check_in")
        if check_in is not None:
            if check_in in check_ins:
                questions.append(OpenQuestion(agreement, check_in))
        elif _is_still_asked(row, agreement, person, on):
            questions.append(OpenQuestion(agreement))
    return min(questions, key=lambda question: (question.agreement.step_due or on, question.agreement.pk), default=None)


def _is_still_asked(asked: Asked, agreement: Agreement, person: Person, on: date) -> bool:
    if asked["step"] == "answer":
        return any(row.is_unanswered for row in agreement.helpers.all() if row.person_id == person.pk)
    is_same = agreement.is_still_at(asked["turn"]) and agreement.step_owner_id == person.pk and not agreement.stray
    is_early = agreement.step == "go" and agreement.ends_on is not None and agreement.ends_on > on
    return is_same and not is_early and bool(email_answers(agreement.step))


@dataclass(frozen=True, slots=True)
class AnsweredInTime:
    """How many questions of one kind emails have asked, and how many the person answered within a week."""

    step: str  # the name of a step, "helper_check_in" or "stray"
    asked: int
    answered: int


def answers_to_emails(on: date) -> list[AnsweredInTime]:
    """By kind of question, of the four weeks of emails that have had their week on the day.

    A kind that fewer than five people were asked is left out, and no total is counted. The order is by name, because
    an order by number would show how small a kind is.
    """
    last = on - ANSWERED_WITHIN
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT step, count(*), count(*) FILTER (WHERE in_time)
            FROM (
                SELECT asked.step, email.person_id AS person,
                    CASE WHEN asked.check_in IS NULL THEN EXISTS (
                        SELECT FROM udbytte_logentry entry
                        WHERE entry.agreement_id = asked.agreement AND entry.number > asked.turn
                        AND NOT entry.undone
                        AND entry.by_id = email.person_id AND entry."on" <= email."on" + %(within)s
                    ) ELSE EXISTS (
                        SELECT FROM udbytte_checkin answer
                        WHERE answer.id = asked.check_in AND answer.answered_on <= email."on" + %(within)s
                    ) END AS in_time
                FROM udbytte_email email, jsonb_to_recordset(email.asks)
                    AS asked(step text, agreement bigint, turn integer, check_in bigint)
                WHERE email.asks <> '[]' AND email.sent_at IS NOT NULL
                AND email."on" > %(first)s AND email."on" <= %(last)s
            ) questions
            GROUP BY step HAVING count(DISTINCT person) >= %(minimum)s ORDER BY step
            """,
            {"within": ANSWERED_WITHIN.days, "first": last - COUNTED_FOR, "last": last, "minimum": MINIMUM},
        )
        return [AnsweredInTime(*row) for row in cursor.fetchall()]
