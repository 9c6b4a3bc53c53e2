"""The demo's cast: eight people one can be, each with something to do on the last day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from ...domain.calendar import working_day_until
from ...domain.lifecycle import Event, Kind
from ...models import (
    Agreement,
    Conversation,
    Course,
    CourseRun,
    Employment,
    ManagerRole,
    Mode,
    Person,
    PracticeMethod,
)
from ..agreements import agree_activity, take_step
from ..conversations import add_goal, hold_conversation, plan_conversation, plan_of, sign_plan
from ..rounds import confirm_rules
from .answers import Life
from .behaviour import Temper
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
    """The people by role, and two colleagues of Mette's whose agreements keep Bente and Birgit busy."""

    def __init__(self, place: Workplace, life: Life, *, on: date) -> None:
        house = place.houses[0][0]
        role = ManagerRole.objects.on(on).get(unit=house)
        team = Employment.objects.on(on).filter(unit=house, line_manager=role.person).order_by("pk")
        self.employments = list(team.select_related("person")[:5])
        colleagues = [employment.person for employment in self.employments]
        found = {
            "employee": colleagues[0],
            "helper": colleagues[1],
            "manager": role.person,
            "coordinator": place.coordinator,
            "budget-owner": place.budget_owner,
            "hr": place.hr,
            "works-council": place.works_council,
            "administrator": place.administrator,
        }
        self.people: dict[str, Person] = {name: person for name, person in found.items() if person is not None}
        self.colleagues = colleagues[2:]
        for name, person in self.people.items():
            person.given_name, person.family_name = NAMES[name]
            person.email = f"{name}@example.test"
            person.external_id, person.digest_weekday, person.wants_mail = f"demo:{name}", 1, True
            person.save()
            life.tempers[person.pk] = Temper.AT_ONCE

    @property
    def kept(self) -> set[int]:
        """Those who neither leave nor move while the cast is needed."""
        return {person.pk for person in [*self.people.values(), *self.colleagues]}

    def __getitem__(self, name: str) -> Person:
        return self.people[name]


def _course(title: str) -> Course:
    return Course.objects.get(title=title)


def _run(course: Course, starts: date, days: int, place: str) -> CourseRun:
    """A run of the course on the very days that the script needs."""
    ends = starts + timedelta(days=days - 1)
    deadline = starts - timedelta(days=21)
    return CourseRun.objects.create(
        course=course,
        starts_on=starts,
        ends_on=ends,
        place=place,
        mode=Mode.ON_SITE,
        price=course.price,
        signup_deadline=deadline,
        seats=16,
    )


class _Writer:
    """Writes the script: what happens on which day, and which agreement it happens to."""

    def __init__(self, cast: Cast, life: Life, last: date) -> None:
        self.cast, self.life, self.last = cast, life, last
        self.script: Script = defaultdict(list)

    def day(self, ago: int) -> date:
        """A working day, `ago` days before the last one (or ahead of it, when negative)."""
        return working_day_until(self.last - timedelta(days=ago))

    def plain(self, ago: int) -> date:
        """The day itself: for what was planned, and for courses, which also start in quiet weeks."""
        return self.last - timedelta(days=ago)

    def on(self, ago: int, act: Callable[[date], None]) -> None:
        self.script[self.day(ago)].append(act)

    def wait(self, ago: int, employment: Employment) -> None:
        """Keep chance away from the conversations that this employment has on that day."""

        def act(on: date) -> None:
            self.life.waiting |= set(Conversation.objects.filter(employment=employment).values_list("pk", flat=True))

        self.script[self.plain(ago)].append(act)

    def hold(self, ago: int, employment: Employment, goal: str, sign: str) -> None:
        """The conversation of the round that is open on that day is held and signed; its agreements follow that day."""

        def act(on: date) -> None:
            conversation = _conversation(employment, on)
            manager = self.cast["manager"]
            confirm_rules(conversation.round, by=employment.person, on=on)
            hold_conversation(conversation, by=manager, on=on)
            add_goal(plan_of(conversation, by=manager), text=goal, sign=sign, by=manager, on=on)

        self.on(ago, act)

    def sign(self, ago: int, employment: Employment) -> None:
        def act(on: date) -> None:
            for by in (employment.person, self.cast["manager"]):
                sign_plan(plan_of(_conversation(employment, on), by=by), by=by, on=on)

        self.on(ago, act)

    def agree(
        self, ago: int, employment: Employment, kind: Kind, title: str, start: int, end: int, **facts: Any
    ) -> str:
        """Agree something, planned from `start` days before the last day to `end`; returns how `step` finds it."""

        def act(on: date) -> None:
            plan = plan_of(_conversation(employment, on), by=self.cast["manager"])
            if kind is Kind.COURSE:
                facts["course"] = _course(title)
                facts["estimated_price"] = facts["course"].price
            elif "way" in facts:
                facts["method"] = PracticeMethod.objects.filter(key=facts.pop("way")).first()
            agreement = agree_activity(
                plan=plan,
                kind=kind,
                title=title,
                by=self.cast["manager"],
                on=on,
                goal=plan.goals.first(),
                planned_from=self.plain(start),
                planned_to=self.plain(end),
                **facts,
            )
            self.life.scripted.add(agreement.pk)

        self.on(ago, act)
        return title

    def step(self, ago: int, employment: Employment, title: str, event: Event, by: str | Person, **facts: Any) -> None:
        """Let an event happen; a fact that is callable is asked on the day."""

        def act(on: date) -> None:
            agreement = Agreement.objects.get(pk__in=self.life.scripted, employee=employment.person_id, title=title)
            told = {name: value() if callable(value) else value for name, value in facts.items()}
            who = self.cast[by] if isinstance(by, str) else by
            take_step(agreement, event, by=who, on=on, **told)

        self.on(ago, act)

    def run(self, title: str, starts: int, days: int, place: str) -> Callable[[], CourseRun]:
        return lambda: _run(_course(title), self.plain(starts), days, place)


def _conversation(employment: Employment, on: date) -> Conversation:
    rows = Conversation.objects.filter(employment=employment, round__published_on__lte=on)
    return rows.select_related("round", "employment__person").latest("round__announced_on")


def write_script(cast: Cast, life: Life, *, last: date) -> Script:
    """What the cast does of its own, so that on the last day each has something to do."""
    writer = _Writer(cast, life, last)
    mette, karim, first, second, third = cast.employments
    earlier(writer, mette)
    this_round(writer, mette, karim)
    colleagues(writer, first, second)
    for employment in (third, karim):
        writer.wait(128, employment)

    def plan_talk(on: date) -> None:
        conversation = _conversation(third, on)
        when = datetime.combine(writer.day(-4), time(10))
        manager = cast["manager"]
        plan_conversation(conversation, planned_at=timezone.make_aware(when), place="Lars' kontor", by=manager, on=on)

    writer.on(5, plan_talk)
    return writer.script


def earlier(writer: _Writer, mette: Employment) -> None:
    """Last year: one course that ended in an outcome, and one that is to be told about."""
    title, late = "Børns sprog mellem to og seks", "Svære samtaler med pårørende"
    writer.wait(440, mette)
    writer.hold(400, mette, "Få sproget mere med i legen", "Vi ser det i børnenes sprogvurdering til foråret")
    writer.agree(400, mette, Kind.COURSE, title, 300, 280, if_when="Hver morgen i samlingen", first_use="Sanglegen")
    writer.agree(400, mette, Kind.COURSE, late, 90, 40, if_when="Ved den næste aftalte samtale")
    writer.sign(399, mette)
    writer.step(395, mette, title, Event.CHOOSE_RUN, "coordinator", run=writer.run(title, 300, 5, "Vejle"))
    writer.step(392, mette, title, Event.FUND, "manager", price=1040)
    writer.step(390, mette, title, Event.REGISTER, "coordinator")
    writer.step(293, mette, title, Event.GO, "employee", went="yes", actual_price=1040)
    writer.step(280, mette, title, Event.USE, "employee")
    learned = "Jeg gentager børnenes ord og lægger et til. Tre af dem taler nu med i samlingen hver dag."
    writer.step(230, mette, title, Event.TELL, "employee", learned=learned, newness="much", in_use="daily")
    writer.step(222, mette, title, Event.TALK, "manager")
    writer.step(200, mette, late, Event.CHOOSE_RUN, "coordinator", run=writer.run(late, 74, 1, "Odense"))
    writer.step(196, mette, late, Event.FUND, "manager", price=2900)
    writer.step(192, mette, late, Event.REGISTER, "coordinator")
    writer.step(72, mette, late, Event.GO, "employee", went="yes", actual_price=2900)
    writer.step(58, mette, late, Event.USE, "employee")


def this_round(writer: _Writer, mette: Employment, karim: Employment) -> None:
    """This year: Mette's agreements stand at several stages, and one asks Karim to help."""
    calm, reading = "Konflikthåndtering i hverdagen", "Sprog og læseudvikling"
    meeting, mentor = "Stå for forældremøderne i efteråret", "Mentor i samarbejdet med pårørende"
    writer.wait(128, mette)
    goal = "Blive den, der kan samle forældre og personale om et barn"
    writer.hold(75, mette, goal, "Forældrene ringer til mig først, og vi når frem til en plan sammen")
    writer.agree(75, mette, Kind.COURSE, calm, -12, -14, if_when="På den første vagt bagefter", if_with="Karim")
    writer.agree(75, mette, Kind.COURSE, reading, -70, -150, first_use="Læser med de ældste tirsdag og torsdag")
    writer.agree(75, mette, Kind.PRACTICE, meeting, 44, -60, way="new_tasks", if_when="Første onsdag i måneden")
    purpose = "Jeg vil gerne følges med en, der er tryg i de svære samtaler"
    writer.agree(75, mette, Kind.PRACTICE, mentor, -14, -120, way="mentor", purpose=purpose, if_where="Hos os")
    writer.sign(74, mette)
    writer.step(70, mette, calm, Event.CHOOSE_RUN, "coordinator", run=writer.run(calm, -12, 3, "Odense"))
    writer.step(66, mette, calm, Event.FUND, "manager", price=624)
    writer.step(63, mette, calm, Event.REGISTER, "coordinator")
    writer.step(3, mette, reading, Event.CHOOSE_RUN, "coordinator", run=writer.run(reading, -70, 84, "Vejle"))
    other = writer.cast.colleagues[0]
    writer.step(72, mette, meeting, Event.ASK, "employee", helper=other, role="colleague")
    writer.step(69, mette, meeting, Event.ACCEPT, other)
    writer.step(43, mette, meeting, Event.START, "employee")
    writer.step(4, mette, mentor, Event.ASK, "employee", helper=karim.person, role="mentor")


def colleagues(writer: _Writer, first: Employment, second: Employment) -> None:
    """Two colleagues: one whose course is to be found and one to be booked, one whose diploma waits for the money."""
    find, book, diploma = "Lav arousal i hverdagen", "Praktikvejleder for elever", "Inkluderende læringsmiljøer"
    for employment in (first, second):
        writer.wait(128, employment)
    writer.hold(30, first, "Kunne tage imod nye elever", "Eleven ved, hvem der hjælper, fra første dag")
    writer.agree(30, first, Kind.COURSE, book, -40, -60, if_when="Når den næste elev begynder")
    writer.agree(8, first, Kind.COURSE, find, -90, -140, if_when="I den urolige time før frokost")
    writer.sign(7, first)
    writer.step(24, first, book, Event.CHOOSE_RUN, "coordinator", run=writer.run(book, -45, 3, "Aarhus"))
    writer.step(4, first, book, Event.FUND, "manager", price=624)
    writer.hold(28, second, "Få flere børn med i fællesskabet", "Færre børn står alene på legepladsen")
    writer.agree(28, second, Kind.COURSE, diploma, -60, -150, first_use="En lille legegruppe hver formiddag")
    writer.sign(27, second)
    writer.step(20, second, diploma, Event.CHOOSE_RUN, "coordinator", run=writer.run(diploma, -60, 84, "Vejle"))
    reason = "Vi har to børn, der har brug for det nu, og hun lærer det videre til resten af huset."
    writer.step(6, second, diploma, Event.NOMINATE, "manager", reason=reason, price=12900)
