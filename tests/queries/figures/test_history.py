"""Later events never change a past day: each figure of a day stays the same after any events."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import initialize, rule, run_state_machine_as_test

from tests.cast import TODAY, employ, make_person
from tests.house import House
from tests.queries.figures.test_questions import agree
from tests.services.agreements.test_whole_lives import Lives
from udbytte.domain.lifecycle import DropReason, Event, Kind
from udbytte.models import (
    Agreement,
    Budget,
    CheckIn,
    Conversation,
    CountedAgreement,
    DevelopmentPlan,
    Employment,
    PracticeMethod,
    Round,
)
from udbytte.queries.figures.report import live_report, report_facts
from udbytte.queries.figures.tallies import tallies_of
from udbytte.services.agreements.take_step import agree_activity, answer_as_helper, replace_agreement, take_step
from udbytte.services.conversations.plan import state_no_course
from udbytte.services.errors import NotPermitted, Refused
from udbytte.services.figures.history import preserve_conversation_history
from udbytte.services.figures.tallies import update_tallies
from udbytte.services.meetings.slots import end_absence, record_absence
from udbytte.services.meetings.times import (
    cancel_conversation,
    decline_conversation,
    hold_conversation,
    plan_conversation,
    take_back_decline,
)
from udbytte.services.people.organisation import follow_organisation_changes
from udbytte.services.practice.methods import hide_method, record_catalogue_visit
from udbytte.services.rounds.rounds import complete_open_rounds, publish_budget, set_budget
from udbytte.services.rounds.rules import confirm_rules

AGO = timedelta(days=364)
Seen = dict[str, Any]


def seen_of(day: date) -> Seen:
    """Everything that the figures say of a day: each number of each unit, and what is shown of it."""
    said: Seen = {}
    for round_ in Round.objects.order_by("pk"):
        tallies = tallies_of(round_, on=day)
        for unit, tally in tallies.items():
            for measure, numbers in tally.items():
                said |= {f"{round_}, {unit}, {measure}, {name}": n for name, n in numbers.items() if n}
    said["report"] = report_facts(live_report(Round.objects.order_by("-conversations_from")[0], None, on=day))
    return said


class Past(Lives):
    """Whole lives of agreements, and what happens to conversations, people and catalogues besides."""

    @initialize()
    def begin(self) -> None:
        super().begin()
        cast = self.cast
        self.before: dict[date, Seen] = {}
        old = Round.objects.create(
            name="MUS 2025", announced_on=cast.round.announced_on - AGO, published_on=cast.round.announced_on - AGO,
            conversations_from=cast.round.conversations_from - AGO, closes_on=cast.round.closes_on - AGO,
            conversations_to=cast.round.conversations_to - AGO,
        )  # fmt: skip
        old.units.add(cast.municipality)
        talk = Conversation.objects.create(
            round=old, employment=cast.employment, manager=cast.lars, held_on=TODAY - AGO - timedelta(days=20)
        )
        plan = DevelopmentPlan.objects.create(conversation=talk)
        for kind in Kind:
            agree_activity(
                plan=plan, kind=kind, title="Dengang", planned_from=TODAY - AGO, planned_to=TODAY + timedelta(days=9),
                by=None, on=TODAY - AGO - timedelta(days=20),
            )  # fmt: skip
        for number in range(6):
            employ(make_person(f"Kollega{number}"), cast.kindergarten)
        follow_organisation_changes(on=TODAY)
        complete_open_rounds(on=TODAY)

    def _day_ends(self) -> None:
        """Keep what the day says, as nothing more happens on it; the days before must say what they did."""
        for day in sorted(self.before)[-3:]:
            before = self.before[day]
            now = seen_of(day)
            changed = {key: (before.get(key), now.get(key)) for key in before | now if before.get(key) != now.get(key)}
            assert not changed, (day, self.day, changed)
        self.before[self.day] = seen_of(self.day)

    @rule(days=st.integers(1, 60))
    def days_pass(self, days: int) -> None:
        self._day_ends()
        super().days_pass(days)

    @rule(who=st.sampled_from(["mette", "lars", "karim", "bente", "birgit", "dorthe"]))
    def somebody_leaves(self, who: str) -> None:
        self._day_ends()
        super().somebody_leaves(who)

    def _try(self, act: Callable[[], object]) -> None:
        with suppress(Refused, NotPermitted), transaction.atomic():
            act()

    @rule(which=st.integers(0, 30), how=st.integers(0, 7), days=st.integers(1, 40))
    def something_happens_to_a_conversation(self, which: int, how: int, days: int) -> None:
        talks = list(Conversation.objects.filter(round=self.cast.round).order_by("pk"))
        talk, on, later = talks[which % len(talks)], self.day, self.day + timedelta(days=days)
        at = timezone.make_aware(datetime.combine(later, time(10)))
        plan = DevelopmentPlan.objects.filter(conversation=talk).first()
        acts: tuple[Callable[[], object], ...] = (
            lambda: plan_conversation(talk, planned_at=at, place="", by=None, on=on),
            lambda: cancel_conversation(talk, by=None, on=on),
            lambda: hold_conversation(talk, by=None, on=on, held_on=on - timedelta(days=days)),
            lambda: decline_conversation(talk, "Ikke i år", by=None, on=on),
            lambda: take_back_decline(talk, by=None, on=on),
            lambda: record_absence(talk.employment, returns_on=later, by=None, on=on),
            lambda: end_absence(talk.employment, by=None, on=on),
            lambda: plan and state_no_course(plan, "Ingen" if days % 2 else "", by=None, on=on),
        )
        self._try(acts[how])

    @rule(which=st.integers(0, 30))
    def somebody_moves(self, which: int) -> None:
        rows = list(Employment.objects.on(self.day).order_by("pk"))
        row = rows[which % len(rows)]
        preserve_conversation_history(row.conversations.values_list("pk", flat=True), on=self.day)
        row.unit = self.cast.roads if row.unit == self.cast.kindergarten else self.cast.kindergarten
        row.save(update_fields=["unit"])
        follow_organisation_changes(on=self.day)

    @rule(which=st.integers(0, 30))
    def somebody_joins(self, which: int) -> None:
        self.colleagues += 1
        employ(make_person(f"Ind{self.colleagues}"), (self.cast.kindergarten, self.cast.roads)[which % 2])
        follow_organisation_changes(on=self.day)
        complete_open_rounds(on=self.day)

    @rule(which=st.integers(0, 30), how=st.booleans())
    def somebody_reads(self, which: int, how: bool) -> None:
        rows = list(Conversation.objects.filter(round=self.cast.round).select_related("employment__person"))
        person = rows[which % len(rows)].employment.person
        if how:
            record_catalogue_visit(person, on=self.day)
        else:
            self._try(lambda: confirm_rules(self.cast.round, by=person, on=self.day))

    @rule(which=st.integers(0, 30), hidden=st.booleans())
    def the_catalogue_changes(self, which: int, hidden: bool) -> None:
        methods = list(PracticeMethod.objects.order_by("pk"))
        hide_method(methods[which % len(methods)], hidden=hidden, by=None, on=self.day)

    @rule(which=st.integers(0, 30))
    def money_is_told_of(self, which: int) -> None:
        units = [self.cast.municipality, self.cast.children, self.cast.roads]
        self._try(lambda: set_budget(self.cast.round, units[which % 3], 100_000, by=None, on=self.day))
        for budget in Budget.objects.filter(published_on=None):
            publish_budget(budget, by=None, on=self.day)

    @rule(which=st.integers(0, 30), yes=st.booleans())
    def a_helper_answers(self, which: int, yes: bool) -> None:
        asked = list(CheckIn.objects.filter(by_helper=True, answered_on=None).order_by("pk"))
        if asked:
            row = asked[which % len(asked)]
            self._try(lambda: answer_as_helper(row, by=row.by, on=self.day, happens=True, learns=yes))

    @rule()
    def the_worker_counts(self) -> None:
        update_tallies(on=self.day)

    # What must hold of each state is asked where whole lives are tested.
    def the_promise_holds(self) -> None: ...
    def those_who_learn_together_help_each_other(self) -> None: ...
    def a_practice_that_is_under_way_has_a_helper_or_needs_none(self) -> None: ...
    def the_log_replays_to_the_state(self) -> None: ...
    def nobody_is_asked_who_may_not_be(self) -> None: ...


LATER = TODAY + timedelta(days=20)


def _book(house: House) -> None:
    """What Bente was to find is found and paid for by the manager."""
    cast = house.cast
    for row in Agreement.objects.filter(step="find_run").order_by("pk"):
        row = take_step(row, Event.CHOOSE_RUN, by=cast.lars, on=LATER, run=cast.run)
        take_step(row, Event.FUND, by=cast.lars, on=LATER, price=100, price_reason="Tilbud")


def _lose_seats(house: House) -> None:
    for row in Agreement.objects.filter(stage="registered").order_by("pk"):
        take_step(row, Event.CANCEL_SEAT, by=house.cast.bente, on=LATER, reason="Syg")


def _drop(house: House) -> None:
    for row in Agreement.objects.filter(closed_on=None).order_by("pk"):
        row = take_step(row, Event.PROPOSE_DROP, by=house.cast.lars, on=LATER, reason=DropReason.NO_TIME)
        take_step(row, Event.CONFIRM_DROP, by=row.employee, on=LATER)


def _replace(house: House) -> None:
    row = Agreement.objects.order_by("pk")[0]
    day = LATER + timedelta(days=9)
    other_way = {"title": "Noget andet", "kind": Kind.PRACTICE, "planned_from": day, "planned_to": day}
    row = take_step(row, Event.PROPOSE_REPLACE, by=house.cast.lars, on=LATER, facts=other_way)
    replace_agreement(row, by=row.employee, on=LATER)


def _lapse_and_leave(house: House) -> None:
    """Some agreements lapse, one ends because the person leaves, and check-ins are noted as not answered."""
    for row in Agreement.objects.filter(step="find_run").order_by("pk")[:1]:
        take_step(row, Event.LAPSE, by=None, on=LATER)
    for row in Agreement.objects.filter(step="find_run").order_by("pk"):
        take_step(row, Event.LEAVE, by=None, on=LATER)
    for row in Agreement.objects.filter(step="check_in"):
        take_step(row, Event.CHECK_IN_UNANSWERED, by=None, on=LATER)


def _move_steps(house: House) -> None:
    for row in Agreement.objects.filter(step="find_run").order_by("pk"):
        take_step(row, Event.MOVE_ON, by=None, on=LATER, owner=house.cast.lars, level=1, days=14, away=None)


def _check_in_late(house: House) -> None:
    for row in Agreement.objects.filter(step="check_in"):
        assert row.step_due == TODAY + timedelta(days=8)
        take_step(row, Event.CHECK_IN, by=row.employee, on=LATER, happens=True, learns=True)


def _tell_of_a_conversation(house: House) -> None:
    talk = Conversation.objects.get(employment__person__given_name="Ny5")
    hold_conversation(talk, by=None, on=LATER, held_on=TODAY - timedelta(days=3))


def _change_conversations(house: House) -> None:
    names = ("Ny3", "Ny4", "Ny6")
    planned, declined, rests = (Conversation.objects.get(employment__person__given_name=name) for name in names)
    cancel_conversation(planned, by=None, on=LATER)
    take_back_decline(declined, by=None, on=LATER)
    end_absence(rests.employment, by=None, on=LATER)


def _need_no_course(house: House) -> None:
    state_no_course(house.plans[3], "Ikke i år", by=None, on=LATER)


def _leave_helpers(house: House) -> None:
    """The helper is sent away before the helper's side of a check-in was answered."""
    row = CheckIn.objects.get(by_helper=True).agreement
    take_step(row, Event.LOSE_HELPER, by=row.employee, on=LATER, helper=house.cast.karim, reason="Travlt")


def _hide_ways(house: House) -> None:
    for method in PracticeMethod.objects.all()[:3]:
        hide_method(method, hidden=True, by=None, on=LATER)


def _join(house: House) -> None:
    employ(make_person("Nyeste"), house.cast.kindergarten)
    follow_organisation_changes(on=LATER)
    complete_open_rounds(on=LATER)


def _move(house: House) -> None:
    employment = house.plans[0].conversation.employment
    preserve_conversation_history(employment.conversations.values_list("pk", flat=True), on=LATER)
    employment.unit = house.cast.roads
    employment.save()
    follow_organisation_changes(on=LATER)


def _a_day_with_something_of_everything(house: House) -> None:
    """Courses to find and booked, practice with a check-in that is asked, conversations planned, declined, resting."""
    cast = house.cast
    agree(house, 0)
    agree(house, 1)
    row = take_step(agree(house, 2), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    row = take_step(row, Event.FUND, by=cast.lars, on=TODAY, price=100, price_reason="Tilbud")
    take_step(row, Event.REGISTER, by=cast.bente, on=TODAY)
    row = take_step(agree(house, 3, Kind.PRACTICE, check_in_weeks=1), Event.ASK, by=None, on=TODAY, helper=cast.karim)
    row = take_step(row, Event.ACCEPT, by=cast.karim, on=TODAY)
    row = take_step(row, Event.START, by=row.employee, on=TODAY)
    take_step(row, Event.CHECK_IN, by=row.employee, on=TODAY, happens=True, learns=True)
    row = Agreement.objects.get(pk=row.pk)
    take_step(row, Event.CHECK_IN, by=row.employee, on=TODAY + timedelta(days=1), happens=True, learns=True)
    others = Conversation.objects.filter(employment__person__given_name__in=("Ny3", "Ny4", "Ny5", "Ny6"))
    others.update(held_on=None)
    planned, declined, _told, rests = others.order_by("employment__person__given_name")
    at = timezone.make_aware(datetime.combine(LATER, time(10)))
    plan_conversation(planned, planned_at=at, place="", by=None, on=TODAY)
    decline_conversation(declined, "Ikke i år", by=None, on=TODAY)
    record_absence(rests.employment, returns_on=TODAY + timedelta(days=60), by=None, on=TODAY)


LATER_EVENTS = (
    _book, _lose_seats, _drop, _replace, _check_in_late, _tell_of_a_conversation, _change_conversations,
    _need_no_course, _leave_helpers, _hide_ways, _join, _move,
    _lapse_and_leave, _move_steps,
)  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("happens", LATER_EVENTS, ids=lambda happens: happens.__name__)
def test_a_day_says_the_same_after(house: House, happens: Callable[[House], None]) -> None:
    _a_day_with_something_of_everything(house)
    days = [TODAY + timedelta(days=number) for number in (0, 1, 8, 15)]
    before = [seen_of(day) for day in days]
    happens(house)
    for day, then in zip(days, before, strict=True):
        now = seen_of(day)
        assert {key: (then.get(key), now.get(key)) for key in then | now if then.get(key) != now.get(key)} == {}, day


@pytest.mark.django_db
def test_what_has_been_cannot_be_changed(house: House) -> None:
    take_step(agree(house, 0), Event.CHOOSE_RUN, by=None, on=LATER, run=house.cast.run)
    was = CountedAgreement.objects.get(until=LATER)
    with pytest.raises(IntegrityError), transaction.atomic():
        CountedAgreement.objects.filter(pk=was.pk).update(stage="learned")


class DaysThatHaveBeen(TestCase):
    def test_what_happens_later_never_changes_what_was_true_on_a_day(self) -> None:
        profile = settings.default
        assert profile is not None
        some = settings(max_examples=profile.max_examples // 15, stateful_step_count=30, deadline=None)
        run_state_machine_as_test(Past, settings=some)
