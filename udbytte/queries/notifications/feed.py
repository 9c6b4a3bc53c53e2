"""What is in a person's calendar feed, whom no email reaches, and what a person's emails still ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from udbytte.access.agreements import own_agreements_of
from udbytte.access.conversations import conversations_seen_by
from udbytte.access.rounds import kickoffs_seen_by
from udbytte.domain.figures.suppression import MINIMUM
from udbytte.domain.lifecycle import Stage, email_answers
from udbytte.domain.lifecycle.reminders import NEWS_FOR, SOON
from udbytte.domain.notifications.emails import ANSWERED_WITHIN, Asked
from udbytte.models import (
    Agreement,
    CheckIn,
    Conversation,
    ConversationKind,
    Email,
    GroupConversation,
    KickoffMeeting,
    Notification,
    Person,
)
from udbytte.queries.agreements.lists import steps_of

COUNTED_FOR = timedelta(days=28)
BACK = timedelta(days=60)  # past entries stay in the feed for this time


def feed_conversations_of(person: Person, on: date) -> QuerySet[Conversation]:
    """The person's planned conversations, from two months back. In a group only the member's own."""
    rows = conversations_seen_by(person, on).filter(planned_at__date__gte=on - BACK)
    rows = rows.exclude(Q(kind=ConversationKind.GROUP) & ~Q(employment__person=person))
    return rows.select_related("employment__person", "manager", "round").order_by("planned_at", "pk")


def feed_groups_of(person: Person, on: date) -> QuerySet[GroupConversation]:
    """The planned group conversations that the person holds, from two months back."""
    rows = GroupConversation.objects.filter(manager=person, planned_at__date__gte=on - BACK)
    return rows.select_related("round").order_by("planned_at", "pk")


def feed_kickoffs_of(person: Person, on: date) -> QuerySet[KickoffMeeting]:
    """The kick-off meetings of the person's units, from two months back."""
    rows = kickoffs_seen_by(person, on).filter(planned_at__date__gte=on - BACK)
    return rows.select_related("round", "unit").order_by("planned_at", "pk")


def feed_seats_of(person: Person, on: date) -> QuerySet[Agreement]:
    """The person's own courses with a seat, and those that ended in the last two months."""
    rows = own_agreements_of(person).filter(starts_on__isnull=False, ends_on__gte=on - BACK)
    seats = rows.filter(stage__in=(Stage.REGISTERED, Stage.ATTENDED, Stage.USED, Stage.REPORTED, Stage.LEARNED))
    return seats.select_related("run").order_by("starts_on", "pk")


def feed_steps_of(person: Person) -> QuerySet[Agreement]:
    """The person's next steps, without going to a course, which is in the feed already."""
    related = steps_of(person).exclude(step="go").select_related("employee", "unit", "employment")
    return related.prefetch_related("nominations", "helpers")


def unreached_people(on: date) -> QuerySet[Person]:
    """People without an email address who own a step that is late or due soon, or have an unsent notification."""
    due = Agreement.objects.filter(step_owner=OuterRef("pk"), closed_on__isnull=True, step_due__lte=on + SOON)
    news = Notification.objects.filter(person=OuterRef("pk"), email__isnull=True, on__lte=on, on__gt=on - NEWS_FOR)
    return Person.objects.filter(Exists(due) | Exists(news), email__isnull=True, is_active=True, wants_mail=True)


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
