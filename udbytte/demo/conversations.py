"""Rounds and conversations of the simulation, from announcing a round to signing plans."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from udbytte.domain.lifecycle import Kind
from udbytte.domain.working_days import is_working_day, working_day_from
from udbytte.models import (
    Carrying,
    Conversation,
    Course,
    Employment,
    Person,
    PracticeMethod,
    PreparationQuestion,
    Round,
    below,
)
from udbytte.models.compiled_query import compiled
from udbytte.queries.rounds.closing import agreements_to_carry_over
from udbytte.services.agreements.take_step import agree_activity
from udbytte.services.conversations.carry_over import carry_over_agreement
from udbytte.services.conversations.plan import add_goal, begin_plan, save_preparation, sign_plan, state_no_course
from udbytte.services.meetings.times import hold_conversation, plan_conversation
from udbytte.services.money.authority import set_spending_authority
from udbytte.services.practice.methods import record_catalogue_visit
from udbytte.services.practice.offers import offer_help
from udbytte.services.rounds.rounds import close_round, create_round, publish_budget, publish_round, set_budget
from udbytte.services.rounds.rules import confirm_rules

from . import texts
from .behaviour import LIMIT, Life
from .goals import GOALS, SUBJECTS, goals_of, work_of
from .organisation import Workplace
from .streams import Stream
from .ways import WAYS, Way

KRONER_A_HEAD = 3200
FOLLOW_UPS = (150, 270)  # days after the announcement on which managers follow up on agreements
POPULAR = 8  # courses that many people agree, so that there are joint needs


def announce_round(place: Workplace, *, on: date, window: int, year: int) -> Round:
    """Announce a round and give each area a budget. Conversations begin after two weeks and last `window` days."""
    starts = on + timedelta(days=14)
    round_ = create_round(
        by=None,
        on=on,
        name=f"MUS {year}",
        units=[place.root],
        announced_on=on,
        conversations_from=starts,
        conversations_to=starts + timedelta(days=window),
        closes_on=on + timedelta(days=364),
        kickoff_on=working_day_from(on + timedelta(days=7)),
        follow_ups=[working_day_from(on + timedelta(days=days)) for days in FOLLOW_UPS],
        procedure=texts.PROCEDURE,
        criteria=texts.CRITERIA,
        possibilities=texts.POSSIBILITIES,
        money=texts.MONEY,
    )
    publish_round(round_, by=None, on=on)
    set_spending_authority(round_, place.root, disposes=True, per_course=LIMIT, by=None, on=on)
    for unit in [place.root, *place.areas]:
        heads = Employment.objects.on(on).filter(below(unit, "unit__")).count()
        publish_budget(set_budget(round_, unit, heads * KRONER_A_HEAD, by=None, on=on), by=None, on=on)
    return round_


def close_rounds(*, before: Round | None, on: date) -> None:
    """Close every open round but `before`. Their open agreements go on."""
    for round_ in Round.objects.filter(published_on__isnull=False, closed_on__isnull=True).order_by("pk"):
        if before is None or round_.pk != before.pk:
            close_round(round_, by=None, on=on)


def read_rules(life: Life, *, on: date) -> None:
    """Let some people read the ground rules and look at the ways of learning."""
    rounds = Round.objects.filter(published_on__lt=on, conversations_to__gte=on, closed_on__isnull=True)
    for round_ in rounds:
        for conversation in _of_those_who_have_not_read(round_.pk):
            person = conversation.employment.person
            stream = life.stream_of("rules", person.pk, on)
            if stream.happens(life.behaviour.reads_rules / 25):
                confirm_rules(round_, by=person, on=on)
                if stream.happens(0.5):
                    record_catalogue_visit(person, on=on)


@compiled
def _of_those_who_have_not_read(round_: int) -> QuerySet[Conversation]:
    rows = Conversation.objects.filter(round=round_, employment__person__is_active=True, held_on__isnull=True)
    unread = rows.exclude(employment__person__rules_confirmations__round=round_).order_by("pk")
    return unread.select_related("employment__person")


def offer_help_to_others(life: Life, *, on: date) -> None:
    """Let some people offer to help others with what they are good at."""
    working = Employment.objects.on(on).filter(person__is_active=True).order_by("pk")
    people = list(working.values_list("person_id", flat=True).distinct())
    offering = life.streams.of("offers", on).sample(people, len(texts.OFFERS))
    for (what, key, at_most), pk in zip(texts.OFFERS, offering, strict=True):
        method = PracticeMethod.objects.filter(key=key).first()
        offer_help(what=what, method=method, at_most=at_most, by=Person.objects.get(pk=pk), on=on)


def hold_conversations(life: Life, *, on: date) -> None:
    """Hold or plan some conversations, so that managers finish their teams within the days of the round."""
    for row in _to_hold(on):
        if row.pk in life.waiting:
            continue
        left = (row.round.conversations_to - on).days
        stream = life.stream_of("conversation", row.employment.person_id, on)
        if not stream.happens(1.6 / (left + 12)):
            continue
        if row.planned_at is None and stream.happens(0.5):
            day = working_day_from(on + timedelta(days=5))
            planned = timezone.make_aware(datetime.combine(day, time(10)))
            plan_conversation(row, planned_at=planned, place="Mødelokalet", by=row.manager, on=on, anyway=True)
        elif is_working_day(on):
            hold_one(life, stream, row, on=on)


@compiled
def _to_hold(on: date) -> QuerySet[Conversation]:
    rows = Conversation.objects.filter(
        held_on__isnull=True,
        manager__is_active=True,
        employment__person__is_active=True,
        round__closed_on__isnull=True,
        round__conversations_from__lte=on,
        round__conversations_to__gte=on,
    )
    related = ("round", "manager", "employment__person", "employment__line_manager", "employment__unit")
    return rows.select_related(*related).order_by("pk")


def hold_one(life: Life, stream: Stream, conversation: Conversation, *, on: date) -> None:
    """Hold one conversation: preparation, a goal, agreements and signatures."""
    employee, manager = conversation.employment.person, conversation.manager
    if manager is None:
        return
    work, unit, deal = work_of(conversation.employment.title), conversation.employment.unit.name, life.dealer.deal
    if stream.happens(life.behaviour.prepares):
        questions = PreparationQuestion.objects.filter(round=conversation.round_id)
        answers = {
            question.pk: deal(f"preparation {number}", answers, unit=unit)
            for number, (question, answers) in enumerate(zip(questions, texts.PREPARATIONS, strict=False))
        }
        save_preparation(conversation, answers, by=employee, on=on)
    hold_conversation(conversation, by=manager, on=on)
    plan = begin_plan(conversation, by=manager)
    subject = GOALS[work][stream.choice(SUBJECTS)]
    text, sign = deal("goal", goals_of(work), unit=unit, rather=subject)
    goal = add_goal(plan, text=text, sign=sign, by=employee, on=on)
    if stream.happens(life.behaviour.agrees_course):
        wished = Course.objects.order_by("pk").values_list("pk", flat=True)
        course = Course.objects.get(pk=stream.choice(wished[:POPULAR] if stream.happens(0.3) else wished))
        starts = on + timedelta(days=stream.randrange(40, 150))
        agree_activity(
            plan=plan,
            kind=Kind.COURSE,
            title=course.title,
            planned_from=starts,
            planned_to=starts + timedelta(days=60),
            by=manager,
            on=on,
            goal=goal,
            course=course,
            estimated_price=course.price,
            if_then=deal("course plan", texts.COURSE_PLANS, unit=unit),
            first_use=deal("first use", texts.FIRST_USES, unit=unit),
        )
    elif stream.happens(0.6):
        state_no_course(plan, deal("no course", texts.NO_COURSE, unit=unit), by=manager, on=on)
    if stream.happens(life.behaviour.agrees_practice):
        way = _practice_for(life, employee, on)
        starts = on + timedelta(days=stream.randrange(7, 45))
        agree_activity(
            plan=plan,
            kind=Kind.PRACTICE,
            title=way.title_for(work),
            planned_from=starts,
            planned_to=starts + timedelta(days=stream.randrange(40, 130)),
            by=employee,
            on=on,
            goal=goal,
            method=PracticeMethod.objects.filter(key=way.method).first(),
            purpose=deal(f"purpose of {way.method}", way.purposes, unit=unit),
            if_then=deal(f"plan of {way.method}", way.plans, unit=unit),
        )
    carry_over_all_open(conversation, by=manager, on=on)
    sign_plan(plan, by=employee, on=on)
    if stream.happens(0.95):
        sign_plan(plan, by=manager, on=on)


def _practice_for(life: Life, person: Person, on: date) -> Way:
    """People take all ways in turn, another one each year, so that all are in use."""
    ways = life.streams.of("methods").sample(WAYS, len(WAYS))
    return ways[(life.number_of(person.pk) + on.year) % len(ways)]


def carry_over_all_open(conversation: Conversation, *, by: Person, on: date) -> None:
    """Record that all open agreements of the previous round go on, and that what has lapsed twice stays lapsed."""
    for agreement in agreements_to_carry_over(conversation):
        how = Carrying.GOES_ON if agreement.is_open else Carrying.ENDED
        carry_over_agreement(conversation, agreement, how, by=by, on=on)
