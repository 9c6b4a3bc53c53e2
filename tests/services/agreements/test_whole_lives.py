"""Whole lives of agreements: any events in any order, people who leave and come, days that pass.

After each step the promise holds, the log replays to the state, and only those who may act are asked.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.cast import TODAY, Cast, employ, make_cast, make_person
from udbytte.access.agreements import agreements_readable_by
from udbytte.domain.lifecycle import (
    CLOSED,
    TRANSITIONS,
    DropReason,
    Event,
    Kind,
    Party,
    Proposal,
    State,
    events_for,
    events_from,
    page_answers,
    replay,
)
from udbytte.domain.lifecycle.line import LINE
from udbytte.domain.working_days import is_working_day
from udbytte.models import (
    Agreement,
    Conversation,
    CourseRun,
    DevelopmentPlan,
    Employment,
    FollowUpRun,
    Helper,
    LogEntry,
    ManagerRole,
    Notification,
    Person,
    PracticeMethod,
    Press,
)
from udbytte.services.agreements.line import follow_the_line
from udbytte.services.agreements.take_step import replace_agreement, take_step
from udbytte.services.agreements.undo import undo, with_undo
from udbytte.services.courses.runs import cancel_run, lose_vanished_run, move_run
from udbytte.services.errors import OverBudget, Refused, StaleStep
from udbytte.services.people.organisation import follow_organisation_changes
from udbytte.services.practice.learning_partners import NEEDS_HELP, accept_help_request


class Lives(RuleBasedStateMachine):
    cast: Cast

    @initialize()
    def begin(self) -> None:
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.cast = make_cast()
        self.day = TODAY
        self.agreements: list[int] = [self.cast.agree(kind).pk for kind in (Kind.COURSE, Kind.PRACTICE)]
        PracticeMethod.objects.filter(key="partnership").update(people_from=2, people_to=3, role="buddy")
        method = PracticeMethod.objects.get(key="partnership")
        shared = self.cast.agree(Kind.PRACTICE, method=method, check_in_weeks=3)
        take_step(shared, Event.ASK, by=None, on=TODAY, helper=self.cast.karim, others=[self.cast.jonas])
        running = self.cast.agree(Kind.PRACTICE)
        running = take_step(running, Event.NEED_NOBODY, by=None, on=TODAY, reason="Det kan jeg selv")
        running = take_step(running, Event.START, by=None, on=TODAY)
        take_step(running, Event.CHECK_IN, by=None, on=TODAY, happens=False, learns=False)
        for who in (self.cast.karim, self.cast.jonas):  # they have a plan, and so learn along
            talk = Conversation.objects.create(
                round=self.cast.round, employment=who.employments.get(), manager=self.cast.lars, held_on=TODAY
            )
            DevelopmentPlan.objects.create(conversation=talk)
        accept_help_request(Agreement.objects.get(pk=shared.pk), by=self.cast.karim, on=TODAY, wants="Noget eget")
        self.agreements = list(Agreement.objects.order_by("pk").values_list("pk", flat=True))
        self.colleagues = 0

    def teardown(self) -> None:
        if hasattr(self, "savepoint"):
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

    def _facts(self, agreement: Agreement, event: Event, pick: int) -> dict[str, Any]:
        until = self.day + timedelta(days=1 + pick * 7)
        working = Person.objects.filter(is_active=True).exclude(pk=agreement.employee_id).order_by("pk")
        person = working[pick % working.count()]
        match event:
            case Event.CHOOSE_RUN:
                start = self.day + timedelta(days=10 + pick)
                deadline = start - timedelta(days=pick % 12)
                return {
                    "run": CourseRun.objects.create(
                        course=self.cast.run.course, starts_on=start, ends_on=start, signup_deadline=deadline
                    )
                }
            case Event.FUND | Event.NOMINATE:
                return {"price": 1000 * pick, "price_reason": "Tilbud", "reason": "Vi har brug for det"}
            case Event.CANCEL_SEAT | Event.NOT_GONE:
                return {"reason": "Det passede ikke"} | ({"cost": 100 * pick} if pick % 2 else {})
            case Event.PRICE:
                return {"actual_price": 900 * pick}
            case Event.WRITE_PROVIDER:
                return {"to": "kurser@engskolen.example"}
            case Event.PROPOSE_DROP:
                return {"reason": list(DropReason)[pick % len(DropReason)]}
            case Event.PROPOSE_REPLACE:
                to = self.day + timedelta(days=60)
                return {"title": "Noget andet", "kind": Kind.PRACTICE, "planned_from": self.day, "planned_to": to}
            case Event.MIDWAY:
                return {"goes_on": pick % 3 != 0}
            case Event.WRITE_DOWN:
                return {"answer": "tell"}
            case Event.POSTPONE | Event.PAUSE:
                return {"until": until, "reason": "Travlt"}
            case Event.ASK | Event.ASK_ANOTHER:
                others = [other for other in working[:2] if other != person] if pick % 5 == 0 else []
                return {"helper": person, "others": others}
            case Event.ACCEPT | Event.ACCEPT_LATER:
                return {"wants": "Noget eget"} | ({"until": until} if event is Event.ACCEPT_LATER else {})
            case Event.DECLINE:
                return {"suggests": person}
            case Event.TALK_STUCK:
                return {"line": "Fast tid om tirsdagen"}
            case Event.HAND_OVER:
                return {"owner": person}
            case Event.CHECK_IN | Event.STILL_STUCK:
                return {"happens": pick % 2 == 0, "learns": pick % 3 == 0}
            case Event.GO:
                return {"went": "yes" if pick % 2 else "partly"}
            case Event.REPORT_OUTCOME:
                return {"learned": "Jeg spørger først", "newness": "much", "in_use": "daily"}
            case _:
                return {"reason": "Sådan gik det"}

    @rule(which=st.integers(0, 50), event=st.integers(0, 50), who=st.integers(0, 50), pick=st.integers(0, 30))
    def something_happens(self, which: int, event: int, who: int, pick: int) -> None:
        """Somebody presses a button that a page would show them; what they may not do is refused."""
        agreement = Agreement.objects.get(pk=self.agreements[which % len(self.agreements)])
        people = [self.cast.mette, self.cast.lars, self.cast.bente, self.cast.birgit, self.cast.karim, self.cast.jonas]
        if agreement.step_owner is not None:
            people.append(agreement.step_owner)
        by = people[who % len(people)]
        possible = list(events_from(agreement.state)) or [Event.TALK]
        self._press(agreement, possible[event % len(possible)], by, pick)

    @rule(which=st.integers(0, 50), pick=st.integers(0, 30))
    def somebody_answers_their_next_step(self, which: int, pick: int) -> None:
        """Most people do what they are asked to, and most say yes."""
        agreement = Agreement.objects.get(pk=self.agreements[which % len(self.agreements)])
        asked = agreement.helpers.filter(ended_on=None, answered_on=None).first()
        if agreement.step_owner is None:
            return
        by = asked.person if asked is not None else agreement.step_owner
        expected = page_answers(agreement.step)
        self._press(agreement, Event.ACCEPT if asked is not None else expected[pick // 20 % len(expected)], by, pick)

    def _press(self, agreement: Agreement, chosen: Event, by: Person, pick: int) -> None:
        before = (agreement.stage, agreement.turn)

        def act() -> Agreement:
            facts = self._facts(agreement, chosen, pick)
            if chosen is Event.REPLACE:
                return replace_agreement(agreement, by=by, on=self.day)
            if chosen in (Event.ACCEPT, Event.ACCEPT_LATER):
                return accept_help_request(agreement, by=by, on=self.day, **facts)
            return take_step(agreement, chosen, by=by, on=self.day, facts=facts)

        try:
            with transaction.atomic():
                with_undo(agreement, act, by=by, on=self.day, now=self._now())
        except OverBudget as over:
            assert chosen is not Event.FUND or over.left < 1000 * pick
        except Refused as refused:
            assert not isinstance(refused, StaleStep)
            agreement.refresh_from_db()
            assert (agreement.stage, agreement.turn) == before
        self.agreements = list(Agreement.objects.order_by("pk").values_list("pk", flat=True))

    def _now(self) -> datetime:
        return datetime.combine(self.day, time(10), tzinfo=UTC)

    @rule(which=st.integers(0, 50))
    def somebody_undoes_what_was_pressed(self, which: int) -> None:
        """The newest can be undone, and is as it was; what is refused changes nothing."""
        presses = list(Press.objects.filter(entry__on=self.day).select_related("entry", "by").order_by("-pk")[:3])
        if not presses:
            return
        press = presses[which % len(presses)]
        agreement = Agreement.objects.get(pk=press.entry.agreement_id)
        before = (agreement.stage, agreement.turn)
        try:
            row = undo(press, by=press.by, on=self.day, now=self._now())
        except Refused:
            agreement.refresh_from_db()
            assert (agreement.stage, agreement.turn) == before
            return
        was = json.loads(press.before)[0]["fields"]
        assert (row.stage, row.step, row.step_owner_id) == (was["stage"], was["step"], was["step_owner"])
        assert row.turn > agreement.turn and row.log.filter(number__gt=was["turn"]).count() == 0
        assert not Notification.objects.filter(press=press).exists()

    @rule(days=st.integers(1, 60))
    def days_pass(self, days: int) -> None:
        stages = dict(Agreement.objects.values_list("pk", "stage"))
        self.day += timedelta(days=days)
        follow_organisation_changes(on=self.day)
        assert dict(Agreement.objects.values_list("pk", "stage")) == stages, "a date has passed, and something moved"

    @rule(times=st.integers(1, 8))
    def days_pass_with_follow_up(self, times: int) -> None:
        """The line moves what is late; nothing is counted as gone to, used or learned because a date has passed."""
        done = ("attended", "done", "told")
        before = dict(Agreement.objects.filter(stage__in=done).values_list("pk", "stage"))
        for _time in range(times):
            self.day += timedelta(days=4)
            follow_the_line(on=self.day)
            Agreement.objects.filter(line_level__gt=0, line_told_on=None).update(line_told_on=self.day)
            FollowUpRun.objects.create(on=self.day, finished_at=timezone.now())
        after = dict(Agreement.objects.filter(stage__in=done).values_list("pk", "stage"))
        assert set(after.items()) <= set(before.items()), "silence became success"
        for row in Agreement.objects.filter(stage="learned", outcome__isnull=True):
            raise AssertionError(f"{row.pk} is learned, and nobody has said what")

    @rule(which=st.integers(0, 50), days=st.integers(1, 90), how=st.sampled_from(["moves", "cancels", "withdraws"]))
    def a_provider_changes_a_run(self, which: int, days: int, how: str) -> None:
        runs = CourseRun.objects.filter(cancelled_on=None, agreements__isnull=False).distinct().order_by("pk")
        if not runs:
            return
        run = runs[which % len(runs)]
        if how == "cancels":
            cancel_run(run, by=None, on=self.day, why="For få tilmeldte")
        elif how == "withdraws":
            lose_vanished_run(run, why="Ikke på listen", on=self.day)
        else:
            start = self.day + timedelta(days=days)
            move_run(run, by=None, on=self.day, starts_on=start, ends_on=start)

    @rule(who=st.sampled_from(["mette", "lars", "karim", "bente", "birgit", "dorthe"]))
    def somebody_leaves(self, who: str) -> None:
        person: Person = getattr(self.cast, who)
        Employment.objects.on(self.day).filter(person=person).update(ends_on=self.day)
        ManagerRole.objects.on(self.day).filter(person=person).update(ends_on=self.day)
        person.roles.filter(ends_on=None).update(ends_on=self.day)
        self.day += timedelta(days=1)
        follow_organisation_changes(on=self.day)
        if who == "mette":
            assert not Agreement.objects.filter(employee=person, closed_on=None).exists()

    @rule()
    def somebody_joins_as_manager(self) -> None:
        self.colleagues += 1
        person = make_person(f"Ny{self.colleagues}")
        employ(person, self.cast.kindergarten)
        ManagerRole.objects.create(person=person, unit=self.cast.kindergarten, starts_on=self.day)
        follow_organisation_changes(on=self.day)

    @invariant()
    def the_promise_holds(self) -> None:
        if not hasattr(self, "cast"):
            return
        for row in Agreement.objects.select_related("step_owner"):
            step = row.state.step
            assert (step.name if step else "") == row.step
            assert (row.closed_on is None) == (row.stage not in CLOSED) == (row.step_owner is not None)
            if row.step_due is not None and row.step_owner is not None:
                assert is_working_day(row.step_due)
                assert row.step_owner.is_active, "a step lies with somebody who is gone"

    @invariant()
    def those_who_learn_together_help_each_other(self) -> None:
        if not hasattr(self, "cast"):
            return
        grouped = Agreement.objects.filter(group__isnull=False, stage__in=NEEDS_HELP)
        for row in grouped.select_related("group"):
            others = grouped.filter(group=row.group).exclude(pk=row.pk).values_list("employee", flat=True)
            helping = row.helpers.filter(ended_on=None, said_yes=True).values_list("person", flat=True)
            assert set(others) <= set(helping), "somebody learns along and helps nobody"

    @invariant()
    def a_practice_that_is_under_way_has_a_helper_or_needs_none(self) -> None:
        if not hasattr(self, "cast"):
            return
        for row in Agreement.objects.filter(kind=Kind.PRACTICE, stage__in=("staffed", "under_way", "stuck")):
            alone = row.log.filter(event=Event.NEED_NOBODY).exists()
            helped = row.helpers.filter(ended_on=None, said_yes=True).exists()
            assert alone or helped, list(row.log.values_list("event", "by__given_name", "facts"))
        for row in Agreement.objects.filter(stage="asked"):
            assert row.helpers.filter(ended_on=None, said_yes=None).exists(), "nobody is left to answer"
        assert not Helper.objects.filter(ended_on=None, agreement__stage__in=("dropped", "replaced")).exists()

    @invariant()
    def the_log_replays_to_the_state(self) -> None:
        if not hasattr(self, "cast"):
            return
        for row in Agreement.objects.prefetch_related("log"):
            entries = row.log.all()
            state = replay(Kind(row.kind), [(Event(e.event), Party(e.party) if e.party else None) for e in entries])
            assert (state.stage, state.proposed_by or "") == (row.stage, row.proposed_by) or row.stage in CLOSED
            assert state.stage == row.stage
            numbers = LogEntry.all_entries.filter(agreement=row).values_list("number", flat=True)
            assert list(numbers) == list(range(1, row.turn + 1))

    @invariant()
    def nobody_is_asked_who_may_not_be(self) -> None:
        if not hasattr(self, "cast"):
            return
        mine: dict[Person, set[int]] = {}
        for row in Agreement.objects.filter(closed_on=None).select_related("step_owner", "run"):
            assert row.step_owner is not None
            assert row.run is None or row.run.is_held or row.went, "somebody counts on a run that is not held"
            mine.setdefault(row.step_owner, set()).add(row.pk)
        for owner, asked in mine.items():
            assert asked <= set(agreements_readable_by(owner, self.day).values_list("pk", flat=True))
        stranger = self.cast.soren
        told = Notification.objects.filter(person=stranger, kind="told").exclude(agreement__helpers__person=stranger)
        assert not told.exclude(agreement__log__owner=stranger).exists(), "who has nothing to do with it is told"


class WholeLives(TestCase):
    def test_every_life_keeps_the_promise(self) -> None:
        lives = (settings.default or settings()).max_examples // 4  # one is as long as dozens of other examples
        run_state_machine_as_test(Lives, settings=settings(max_examples=lives, stateful_step_count=30, deadline=None))


def test_everything_but_what_happens_to_people_can_be_brought_about_by_them() -> None:
    """What nobody may do is tried by rules of its own: somebody leaves, a provider moves or withdraws a run."""
    open_states = {State(kind, stage) for kind, stage, _ in TRANSITIONS}
    proposed = {State(state.kind, state.stage, Party.EMPLOYEE, what) for state in open_states for what in Proposal}
    tried = {event for state in open_states | proposed for event in events_for(state, frozenset(Party))}
    assert tried == set(Event) - {
        *(Event.AGREE, Event.LEAVE, Event.COME_BACK, Event.START_OVER),
        *(Event.MOVE_RUN, Event.DOUBT_SEAT, Event.GET_STUCK),
        *(row.event for row in LINE.values() if row.event is not None),
        *(Event.MOVE_ON, Event.MISS_DEADLINE, Event.LAPSE),
    }
