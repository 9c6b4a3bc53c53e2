"""The demo's cast, the eight people a visitor can log in as, and the writer of their script."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from udbytte.domain.lifecycle import Event, Kind
from udbytte.domain.places import region_of
from udbytte.domain.working_days import working_day_until
from udbytte.models import (
    Agreement,
    Conversation,
    Course,
    CourseRun,
    Employment,
    ManagerRole,
    Mode,
    Person,
    PracticeMethod,
    Round,
    Unit,
)
from udbytte.queries.money.budgets import balance_of, budget_for
from udbytte.services.agreements.take_step import agree_activity, replace_agreement, take_step
from udbytte.services.conversations.plan import add_goal, begin_plan, sign_plan
from udbytte.services.meetings.times import hold_conversation
from udbytte.services.practice.learning_partners import accept_help_request
from udbytte.services.rounds.rounds import set_budget
from udbytte.services.rounds.rules import confirm_rules

from .behaviour import Life, Temper
from .conversations import carry_over_all_open
from .courses import PLACES
from .organisation import Workplace

NAMES = {
    "employee": ("Mette", "Kjærgaard"),
    "manager": ("Lars", "Bundgaard"),
    "coordinator": ("Bente", "Overgaard"),
    "helper": ("Karim", "Haddad"),
    "budget-owner": ("Birgit", "Steensgaard"),
    "hr": ("Hanne", "Thorup"),
    "works-council": ("Søren", "Damgaard"),
    "administrator": ("Ida", "Lykke"),
}
Script = dict[date, list[Callable[[date], None]]]


class Cast:
    """The cast by role, and Mette's colleagues.

    Three colleagues have agreements that give Bente and Birgit something to do. Lars finds times for conversations with
    the `others`.
    """

    def __init__(self, place: Workplace, life: Life, *, on: date) -> None:
        house = place.houses[0][0]
        role = ManagerRole.objects.on(on).get(unit=house)
        team = Employment.objects.on(on).filter(unit=house, line_manager=role.person).order_by("pk")
        everybody = list(team.select_related("person")[:9])
        self.employments, self.others = everybody[:5], everybody[5:]
        colleagues = [employment.person for employment in everybody]
        cast = {
            "employee": colleagues[0],
            "helper": colleagues[1],
            "manager": role.person,
            "coordinator": place.coordinator,
            "budget-owner": place.budget_owner,
            "hr": place.hr,
            "works-council": place.works_council,
            "administrator": place.administrator,
        }
        self.people: dict[str, Person] = {name: person for name, person in cast.items() if person is not None}
        self.colleagues = colleagues[2:]
        for name, person in self.people.items():
            person.given_name, person.family_name = NAMES[name]
            person.email = f"{name}@example.test"
            person.external_id, person.digest_weekday, person.wants_mail = f"demo:{name}", 1, True
            person.save()
            life.tempers[person.pk] = Temper.AT_ONCE

    @property
    def staying(self) -> set[int]:
        """The people who may not leave or move, because the script needs them."""
        return {person.pk for person in [*self.people.values(), *self.colleagues]}

    def __getitem__(self, name: str) -> Person:
        return self.people[name]


def _course(title: str) -> Course:
    return Course.objects.get(title=title)


def _run(course: Course, starts: date, days: int, place: str, closes: int) -> CourseRun:
    """A run of the course on the days that the script needs. Registration closes `closes` days before."""
    ends = starts + timedelta(days=days - 1)
    where = next(candidate for candidate in PLACES if candidate.town == place)
    return CourseRun.objects.create(
        course=course,
        starts_on=starts,
        ends_on=ends,
        place=where.town,
        postcode=where.postcode,
        region=region_of(where.postcode),
        address=where.address,
        hours="9.00-15.30",
        bring="Tag en situation fra din egen hverdag med, som du vil tale om.",
        mode=Mode.ON_SITE,
        price=course.price,
        signup_deadline=starts - timedelta(days=closes),
        cancel_by=starts - timedelta(days=14),
        cancel_cost=(course.price or 0) // 2,
        seats=16,
        taken=11,
    )


def raise_budget(unit: Unit, round_: Round, kroner: int, *, on: date) -> None:
    """Raise the budget that pays for the unit, in whole thousands, until so many kroner can be granted."""
    budget = budget_for(unit, round_)
    lacking = kroner - balance_of(budget).uncommitted if budget is not None else 0
    if budget is not None and lacking > 0:
        set_budget(round_, budget.unit, budget.amount + -(-lacking // 1000) * 1000, by=None, on=on)


class ScriptWriter:
    """Writes the script: what happens on which day to which agreement. Days are counted back from the last day."""

    def __init__(self, cast: Cast, life: Life, last: date) -> None:
        self.cast, self.life, self.last = cast, life, last
        self.acts: list[tuple[int, date, Callable[[date], None]]] = []

    def working_day(self, ago: int) -> date:
        """The working day `ago` days before the last one, or the next earlier one; after the last one when negative."""
        return working_day_until(self.last - timedelta(days=ago))

    def calendar_day(self, ago: int) -> date:
        """The day `ago` days before the last one. Plans and courses can begin on any day."""
        return self.last - timedelta(days=ago)

    def on(self, ago: int, act: Callable[[date], None]) -> None:
        self.acts.append((ago, self.working_day(ago), act))

    def script(self) -> Script:
        """The script by day. When quiet weeks move several days to the same one, their order stays."""
        script: Script = defaultdict(list)
        for _ago, day, act in sorted(self.acts, key=lambda act: -act[0]):
            script[day].append(act)
        return script

    def wait(self, ago: int, employment: Employment) -> None:
        """Leave the conversations that this employment has on that day to the script."""

        def act(on: date) -> None:
            self.life.waiting |= set(Conversation.objects.filter(employment=employment).values_list("pk", flat=True))

        self.acts.append((ago, self.calendar_day(ago), act))

    def hold(self, ago: int, employment: Employment, goal: str, sign: str) -> None:
        """Hold the conversation of the round that is open on that day, with one goal."""

        def act(on: date) -> None:
            conversation = conversation_of(employment, on)
            manager = self.cast["manager"]
            confirm_rules(conversation.round, by=employment.person, on=on)
            hold_conversation(conversation, by=manager, on=on)
            add_goal(begin_plan(conversation, by=manager), text=goal, sign=sign, by=manager, on=on)

        self.on(ago, act)

    def sign(self, ago: int, employment: Employment) -> None:
        """Carry over what is open from the round before, and let both sign the plan."""

        def act(on: date) -> None:
            conversation = conversation_of(employment, on)
            carry_over_all_open(conversation, by=self.cast["manager"], on=on)
            for by in (employment.person, self.cast["manager"]):
                sign_plan(begin_plan(conversation, by=by), by=by, on=on)

        self.on(ago, act)

    def agree(
        self, ago: int, employment: Employment, kind: Kind, title: str, start: int, end: int, **facts: Any
    ) -> str:
        """Make an agreement, planned from `start` days before the last day to `end`. Returns its title, for `step`.

        A callable fact is called on the day.
        """

        def act(on: date) -> None:
            plan = begin_plan(conversation_of(employment, on), by=self.cast["manager"])
            if kind is Kind.COURSE:
                facts["course"] = _course(title)
                facts["estimated_price"] = facts["course"].price
            elif "method" in facts:
                facts["method"] = PracticeMethod.objects.filter(key=facts.pop("method")).first()
            agreement = agree_activity(
                plan=plan,
                kind=kind,
                title=title,
                by=self.cast["manager"],
                on=on,
                goal=plan.goals.first(),
                planned_from=self.calendar_day(start),
                planned_to=self.calendar_day(end),
                **{name: value() if callable(value) else value for name, value in facts.items()},
            )
            self.life.scripted.add(agreement.pk)

        self.on(ago, act)
        return title

    def step(
        self, ago: int, employment: Employment, title: str, event: Event, by: str | Person, /, **facts: Any
    ) -> None:
        """Let an event happen. A callable fact is called on the day. The budget is raised when the price needs it."""

        def act(on: date) -> None:
            agreement = self.agreement(employment, title)
            if event is Event.FUND:
                raise_budget(agreement.unit, agreement.round, facts["price"], on=on)
            values = {name: value() if callable(value) else value for name, value in facts.items()}
            who = self.cast[by] if isinstance(by, str) else by
            if event is Event.REPLACE:
                self.life.scripted.add(replace_agreement(agreement, by=who, on=on).pk)
            elif event is Event.ACCEPT:
                accept_help_request(agreement, by=who, on=on, **values)
            else:
                take_step(agreement, event, by=who, on=on, facts=values)
            group = agreement.group_id or Agreement.objects.filter(pk=agreement.pk).values_list("group", flat=True)[0]
            if group is not None:
                self.life.scripted |= set(Agreement.objects.filter(group=group).values_list("pk", flat=True))

        self.on(ago, act)

    def agreement(self, employment: Employment, title: str) -> Agreement:
        """The agreement with that title that the script made."""
        return Agreement.objects.get(pk__in=self.life.scripted, employee=employment.person_id, title=title)

    def run(self, title: str, starts: int, days: int, place: str, closes: int = 21) -> Callable[[], CourseRun]:
        """A run that begins `starts` days before the last one. A run of a single day is held on a working day."""
        day = self.working_day(starts) if days == 1 else self.calendar_day(starts)
        return lambda: _run(_course(title), day, days, place, closes)


def conversation_of(employment: Employment, on: date) -> Conversation:
    """The conversation of the newest round on the day."""
    rows = Conversation.objects.filter(employment=employment, round__published_on__lte=on)
    return rows.select_related("round", "employment__person").latest("round__announced_on")
