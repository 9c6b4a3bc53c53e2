"""The workplace of the twins: 25 people in three units, as an EMUS file, with agreements at several stages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from udbytte.domain.lifecycle import Event, Kind
from udbytte.imports.organisation.run import import_organisation
from udbytte.imports.report import Report
from udbytte.models import (
    Agreement,
    Budget,
    Conversation,
    Course,
    CourseRun,
    DevelopmentPlan,
    Employment,
    Person,
    Role,
    Round,
    Unit,
)
from udbytte.services.agreements.take_step import agree_activity, take_step
from udbytte.services.people.roles import give_role

DAY_0 = date(2026, 3, 2)  # a Monday
UNIT = (
    "<orgUnit id='{0}' client='1'><startDate>2000-01-01</startDate><parentOrgUnit>{1}</parentOrgUnit>"
    "<manager>{2}</manager><longName>{3}</longName></orgUnit>"
)
EMPLOYEE = (
    "<employee id='{0}' client='{1}'><entryDate>2020-01-01</entryDate><firstName>{2}</firstName>"
    "<lastName>{3}</lastName><position>{4}</position><orgUnit>{5}</orgUnit><email>{6}</email></employee>"
)


@dataclass(frozen=True, slots=True)
class Worker:
    number: str
    given: str
    family: str
    unit: str
    email: str
    manages: str = ""


CHIEF = Worker("e1", "Carl", "Krag", "u1", "carl@engby.test", manages="u1")
BODIL = Worker("e2", "Bodil", "Rask", "u2", "bodil@engby.test", manages="u2")
LARS = Worker("e3", "Lars", "Lund", "u3", "lars@engby.test", manages="u3")
BENTE = Worker("e4", "Bente", "Bak", "u1", "bente@engby.test")
BIRGIT = Worker("e5", "Birgit", "Juhl", "u1", "birgit@engby.test")
HANNE = Worker("e6", "Hanne", "Hald", "u1", "hanne@engby.test")
NAMES = "Aage Dorte Erik Freja Gorm Ida Jens Karla Leif Mette Niels Olga Per Rita Svend Tove Ulla Vera Yrsa".split()
TEACHERS = [Worker(f"e{n}", name, "Vang", "u3", f"{name.lower()}@engby.test") for n, name in enumerate(NAMES, start=7)]
EVERYBODY = [CHIEF, BODIL, LARS, BENTE, BIRGIT, HANNE, *TEACHERS]


def emus(workers: list[Worker]) -> tuple[str, bytes]:
    """The file of these people. A unit whose manager is not among them names no manager."""
    managers = {worker.manages: f"m-{worker.number}" for worker in workers if worker.manages}
    units = (("u1", "", "Engby"), ("u2", "u1", "Skoler"), ("u3", "u2", "Nordskolen"))
    rows = [UNIT.format(unit, parent, managers.get(unit, ""), name) for unit, parent, name in units]
    for worker in workers:
        person = (worker.given, worker.family)
        if worker.manages:
            rows.append(EMPLOYEE.format(f"m-{worker.number}", 540, *person, "", "", worker.email))
        rows.append(EMPLOYEE.format(worker.number, 1, *person, "Lærer", worker.unit, worker.email))
    return "emus.xml", ("<?xml version='1.0'?><OS2MO>\n" + "\n".join(rows) + "\n</OS2MO>").encode()


def load(workers: list[Worker], on: date) -> Report:
    report = import_organisation(emus(workers), by=None, on=on)
    assert report.written, report.problems
    return report


def without(*gone: Worker) -> list[Worker]:
    return [worker for worker in EVERYBODY if worker not in gone]


def with_changes(worker: Worker, **changes: str) -> list[Worker]:
    """Everybody, one of them with other values."""
    return [replace(worker, **changes) if other == worker else other for other in EVERYBODY]


def make_workplace(on: date) -> None:
    """The people, their roles, a round, and one agreement of each of eight teachers at a stage of its own."""
    load(EVERYBODY, on)
    engby = Unit.objects.get(external_id="u1")
    for worker, role in ((BENTE, Role.COORDINATOR), (BIRGIT, Role.BUDGET_OWNER), (HANNE, Role.HR)):
        give_role(person=person_of(worker), role=role, unit=engby, by=None, on=on)
    round_ = Round.objects.create(
        name="MUS 2026",
        announced_on=on - timedelta(days=60),
        conversations_from=on - timedelta(days=30),
        conversations_to=on + timedelta(days=60),
        closes_on=on + timedelta(days=300),
        published_on=on - timedelta(days=60),
    )
    round_.units.add(engby)
    Budget.objects.create(unit=engby, round=round_, amount=90_000, published_on=on)
    course = Course.objects.create(title="Konflikter", provider="Engskolen", code="1", price=5000)
    run = CourseRun.objects.create(
        course=course,
        starts_on=on + timedelta(days=40),
        ends_on=on + timedelta(days=41),
        signup_deadline=on + timedelta(days=30),
    )
    for number, teacher in enumerate(TEACHERS[:8]):
        agreement = _agree(teacher, round_, number, on)
        if number >= 2 and agreement.kind == Kind.COURSE:
            agreement = take_step(agreement, Event.CHOOSE_RUN, by=None, on=on, run=run)
        if number in (4, 5):
            agreement = take_step(agreement, Event.NOMINATE, by=None, on=on, price=5000, reason="Vi har brug for det")
        if number == 7:
            agreement = take_step(agreement, Event.FUND, by=None, on=on, price=5000)
            take_step(agreement, Event.REGISTER, by=None, on=on)


def _agree(teacher: Worker, round_: Round, number: int, on: date) -> Agreement:
    employment = Employment.objects.select_related("line_manager", "person").get(external_id=teacher.number)
    talk = Conversation.objects.create(round=round_, employment=employment, manager=employment.line_manager, held_on=on)
    return agree_activity(
        plan=DevelopmentPlan.objects.create(conversation=talk),
        kind=Kind.PRACTICE if number in (1, 6) else Kind.COURSE,
        title=f"Aftale {number}",
        planned_from=on + timedelta(days=40),
        planned_to=on + timedelta(days=60),
        by=employment.person,
        on=on,
    )


def person_of(worker: Worker) -> Person:
    return Person.objects.get(employments__external_id=worker.number)


def agreement_called(title: str) -> Agreement:
    return Agreement.objects.get(title=title)
