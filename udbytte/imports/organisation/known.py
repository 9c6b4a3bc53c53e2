"""The organisation in the database, read once, with only the fields that are compared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from sys import intern  # names and titles that many have are in memory once
from typing import Any

from django.db.models import QuerySet

from udbytte.models import Employment, ManagerRole, MissingPeriod, Person, RoleAssignment, Unit, valid_on


@dataclass(frozen=True, slots=True)
class KnownUnit:
    pk: int
    external_id: str | None
    name: str
    parent: int | None
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class KnownPerson:
    pk: int
    external_id: str | None
    email: str | None
    given_name: str
    family_name: str

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()


@dataclass(frozen=True, slots=True)
class KnownMissing:
    """A period, still open, in which the file has lacked an employment or a manager role."""

    pk: int
    since: date
    again_on: date | None  # the latest day on which a later complete file lacked it too


@dataclass(frozen=True, slots=True)
class KnownWork:
    """An employment, or a manager role (its `title` is empty)."""

    pk: int
    external_id: str | None
    person: int
    unit: int
    starts_on: date
    ends_on: date | None
    title: str = ""
    chosen: int | None = None
    holds_conversations: bool = True
    missing: KnownMissing | None = None  # the file has lacked it lately

    def live(self, on: date) -> bool:
        """Whether it has not ended on the day; perhaps it has not begun."""
        return self.ends_on is None or self.ends_on >= on

    def current(self, on: date) -> bool:
        return self.starts_on <= on and self.live(on)


def _work(row: tuple[Any, ...], **more: Any) -> KnownWork:
    return KnownWork(row[0], row[1], row[2], row[3], row[4], row[5], **more)


@dataclass(slots=True)
class Known:
    """All rows by primary key. `with_roles` are the people who have a role; they stay without an employment."""

    units: dict[int, KnownUnit]
    people: dict[int, KnownPerson]
    employments: dict[int, KnownWork]
    managers: dict[int, KnownWork]
    with_roles: set[int]

    @classmethod
    def on_day(cls, on: date) -> Known:
        dates = ("starts_on", "ends_on")
        units = Unit.objects.values_list("pk", "external_id", "name", "parent_id", *dates)
        people = Person.objects.values_list("pk", "external_id", "email", "given_name", "family_name")
        work = ("pk", "external_id", "person_id", "unit_id", *dates)
        employments = Employment.objects.values_list(*work, "title", "chosen_manager_id")
        managers: QuerySet[ManagerRole, Any] = ManagerRole.objects.values_list(*work, "holds_conversations")
        missing = MissingPeriod.objects.filter(ends_on__isnull=True)
        columns = ("pk", "starts_on", "lacked_again_on", "employment_id", "manager_role_id")
        of_employment, of_role = dict[int, KnownMissing](), dict[int, KnownMissing]()
        for *period, employment, role in missing.values_list(*columns):
            of_work, work_pk = (of_employment, employment) if employment is not None else (of_role, role)
            of_work[work_pk] = KnownMissing(*period)
        roles = RoleAssignment.objects.filter(valid_on(on)).values_list("person_id", flat=True)
        return cls(
            {row[0]: KnownUnit(*row) for row in units.order_by("pk").iterator()},
            {row[0]: KnownPerson(*row[:4], intern(row[4])) for row in people.order_by("pk").iterator()},
            {
                row[0]: _work(row, title=intern(row[6]), chosen=row[7], missing=of_employment.get(row[0]))
                for row in employments.order_by("pk").iterator()
            },
            {
                row[0]: _work(row, holds_conversations=row[6], missing=of_role.get(row[0]))
                for row in managers.order_by("pk").iterator()
            },
            set(roles),
        )
