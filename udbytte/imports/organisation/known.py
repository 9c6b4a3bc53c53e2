"""The organisation in the database, with only the fields that are compared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, LiteralString

from django.db import models
from django.db.models import QuerySet

from udbytte.models import Employment, ManagerRole, MissingPeriod, Person, RoleAssignment, Unit, valid_on
from udbytte.services.bulk import chunks


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


# As `KnownWork.live`, of the table `e`.
LIVE: LiteralString = "(e.ends_on IS NULL OR e.ends_on >= %(on)s)"


def _work(row: tuple[Any, ...], **more: Any) -> KnownWork:
    return KnownWork(row[0], row[1], row[2], row[3], row[4], row[5], **more)


@dataclass(slots=True)
class Known:
    """The units and manager roles by primary key. People and employments stay in the database; they are many.

    `with_roles` are the people who have a role; they stay without an employment.
    """

    units: dict[int, KnownUnit]
    managers: dict[int, KnownWork]
    with_roles: set[int]
    _people: dict[int, KnownPerson] = field(default_factory=dict)

    @classmethod
    def on_day(cls, on: date) -> Known:
        dates = ("starts_on", "ends_on")
        units = Unit.objects.values_list("pk", "external_id", "name", "parent_id", *dates)
        columns = ("pk", "external_id", "person_id", "unit_id", *dates)
        managers: QuerySet[ManagerRole, Any] = ManagerRole.objects.values_list(*columns, "holds_conversations")
        periods = MissingPeriod.objects.filter(ends_on__isnull=True, manager_role__isnull=False)
        missing = {
            role: KnownMissing(pk, since, again_on)
            for role, pk, since, again_on in periods.values_list(
                "manager_role_id", "pk", "starts_on", "lacked_again_on"
            )
        }
        roles = RoleAssignment.objects.filter(valid_on(on)).values_list("person_id", flat=True)
        return cls(
            {row[0]: KnownUnit(*row) for row in units.order_by("pk").iterator()},
            {
                row[0]: _work(row, holds_conversations=row[6], missing=missing.get(row[0]))
                for row in managers.order_by("pk").iterator()
            },
            set(roles),
        )

    def people(self, pks: Iterable[int]) -> dict[int, KnownPerson]:
        """The people with these primary keys. They are read once."""
        asked = set(pks)
        for part in chunks(asked - self._people.keys()):
            rows = Person.objects.filter(pk__in=part)
            for row in rows.values_list("pk", "external_id", "email", "given_name", "family_name"):
                self._people[row[0]] = KnownPerson(*row)
        return {pk: self._people[pk] for pk in sorted(asked)}


def employments_with(pks: Iterable[int]) -> dict[int, KnownWork]:
    """The employments with these primary keys, in their order."""
    works: dict[int, KnownWork] = {}
    columns = ("pk", "external_id", "person_id", "unit_id", "starts_on", "ends_on", "title", "chosen_manager_id")
    open_period = models.FilteredRelation("missing_periods", condition=models.Q(missing_periods__ends_on__isnull=True))
    for part in chunks(sorted(pks)):
        rows = Employment.objects.filter(pk__in=part).alias(period=open_period).order_by("pk")
        for row in rows.values_list(*columns, "period__pk", "period__starts_on", "period__lacked_again_on"):
            missing = KnownMissing(*row[8:]) if row[8] is not None else None
            works[row[0]] = _work(row, title=row[6], chosen=row[7], missing=missing)
    return works
