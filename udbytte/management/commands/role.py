"""`udbytte role`: give, end and list roles from the command line; this also makes the first administrator."""

from __future__ import annotations

import difflib
import json
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import override

from udbytte.models import Person, Role, RoleAssignment, Unit
from udbytte.queries.people.names import people_called
from udbytte.queries.people.units import find_units, labels_of_units
from udbytte.runtime.clock import today
from udbytte.services.errors import Refused
from udbytte.services.people.roles import add_person, end_role, give_role

SHOWN = 5  # people or units named in an error


class Command(BaseCommand):
    help = "Give or end any role, or list who has which role."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", nargs="?", metavar="ROLE", help=", ".join(Role.values))
        parser.add_argument("person", nargs="?", metavar="EMAIL", help="whose: an address, a full name, or #number")
        parser.add_argument("--unit", default="", help="a unit's name, path or #number (the whole organisation)")
        parser.add_argument("--end", action="store_true", help="end the role")
        parser.add_argument("--create", metavar="NAME", help='make the person first, called "Given Family"')
        parser.add_argument("--all", action="store_true", help="list the roles that have ended too")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        with override("en"):
            on = today()
            if options["role"] is not None and options["role"] not in Role.values:
                message = f"There is no role {options['role']!r}; the roles are {', '.join(Role.values)}."
                raise CommandError(message, returncode=2)
            unit = _unit(options["unit"], on)
            if options["person"] is None:
                if options["end"] or options["create"] is not None:
                    raise CommandError("Say whose role: udbytte role ROLE EMAIL", returncode=2)
                self._list(_listed(options["role"], unit, on, ended=options["all"]), options["json"])
                return
            if options["end"] and options["create"] is not None:
                raise CommandError("Use --create when a role is given, not with --end.", returncode=2)
            try:
                with transaction.atomic():
                    given = self._change(unit, on, options)
            except Refused as refused:
                raise CommandError(refused.message) from None
            if options["json"]:
                self.stdout.write(json.dumps(_as_json(given), ensure_ascii=False, indent=1))
            elif options["end"]:
                self.stdout.write(f"Ended: {_sentence(given)}.")
            else:
                self._say_given(given)

    def _change(self, unit: Unit | None, on: date, options: dict[str, Any]) -> RoleAssignment:
        if options["create"] is not None:
            person = _create(options["person"], options["create"])
        else:
            person = _person(options["person"])
            if not person.is_active and not options["end"]:
                self.stderr.write(f"{person.name} works here no more; a role lets them log in again.")
        role = Role(options["role"])
        if not options["end"]:
            return give_role(person=person, role=role, unit=unit, by=None, on=on)
        given = _held(person, role, unit, on)
        end_role(given, by=None, on=on)
        given.refresh_from_db()
        return given

    def _say_given(self, given: RoleAssignment) -> None:
        person = given.person
        self.stdout.write(f"Given: {_sentence(given)}.")
        if not person.email:
            self.stdout.write(f"{person.name} has no email address and cannot log in until an import brings one.")
        else:
            self.stdout.write(f"Log in at {settings.BASE_URL}/ as {person.email}; a code comes by email.")

    def _list(self, rows: list[RoleAssignment], as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps([_as_json(row) for row in rows], ensure_ascii=False, indent=1))
            return
        for row in rows:
            self.stdout.write(_line(row))
        if not rows:
            self.stdout.write("Nobody. Give a role with: udbytte role ROLE EMAIL")


def _listed(role: str | None, unit: Unit | None, on: date, *, ended: bool) -> list[RoleAssignment]:
    rows = RoleAssignment.objects.all() if ended else RoleAssignment.objects.on(on)
    rows = rows.filter(role=role) if role else rows
    rows = rows.filter(unit=unit) if unit is not None else rows
    related = ("person", "unit", "given_by", "ended_by")
    return list(rows.select_related(*related).order_by("role", "unit__name", "starts_on", "pk"))


def _unit(asked: str, on: date) -> Unit | None:
    if not asked:
        return None
    labels = labels_of_units(on)
    number = asked.removeprefix("#")
    units = [int(number)] if number.isdigit() and int(number) in labels else find_units(asked, labels)
    if len(units) == 1:
        return Unit.objects.get(pk=units[0])
    if not units:
        raise CommandError(f"There is no unit {asked!r}. Write a part of its name, its path, or #number.")
    shown = "; ".join(f"{labels[pk]} (#{pk})" for pk in units[:SHOWN]) + ("; ..." if len(units) > SHOWN else "")
    raise CommandError(f"{len(units)} units fit {asked!r}: {shown}. Write more of the path, or #number.")


def _person(asked: str) -> Person:
    people = list(people_called(asked)[: SHOWN + 1])
    if len(people) == 1:
        return people[0]
    if people:
        shown = ", ".join(f"#{person.pk} {person.email or 'no email'}" for person in people[:SHOWN])
        raise CommandError(f"Several people are called {asked!r}: {shown}. Write the address or the #number.")
    if not Person.objects.exists():
        raise CommandError(f"There are no people yet. {_instead(asked)}")
    known = Person.objects.filter(email__isnull=False, is_active=True).values_list("email", flat=True)
    near = difflib.get_close_matches(asked.lower(), [str(email) for email in known], n=3, cutoff=0.8)
    like = f" Is it {' or '.join(near)}?" if near else ""
    raise CommandError(f"Nobody is known as {asked!r}.{like} {_instead(asked)}")


def _instead(asked: str) -> str:
    address = asked if "@" in asked else "EMAIL"
    return (
        "Bring people in with: udbytte import organisation PATH; or make somebody who is in no import: "
        f'udbytte role ROLE {address} --create "Given Family"'
    )


def _create(email: str, name: str) -> Person:
    try:
        validate_email(email)
    except ValidationError:
        raise CommandError(f"{email!r} is not an email address; --create needs one, to log in with.") from None
    existing = Person.objects.filter(email__iexact=email).first()
    if existing is not None:
        raise CommandError(f"{email} is {existing.name} (#{existing.pk}) already: leave --create out.")
    given, _space, family = " ".join(name.split()).rpartition(" ")
    if not (given or family):
        raise CommandError('Write the name as --create "Given Family".')
    return add_person(email=email, given_name=given or family, family_name=family if given else "")


def _held(person: Person, role: Role, unit: Unit | None, on: date) -> RoleAssignment:
    """The role to end: that of the person for exactly that unit, or for the whole organisation."""
    held = list(RoleAssignment.objects.on(on).filter(person=person, role=role).select_related("person", "unit"))
    exact = next((row for row in held if row.unit == unit), None)
    if exact is not None:
        return exact
    if not held:
        raise CommandError(f"{person.name} is not {_called(role)}; udbytte role {role.value} lists who is.")
    where = ", ".join(_where(row) for row in held)
    raise CommandError(f"{person.name} has this role for: {where}. Say which with --unit, or leave --unit out.")


def _called(role: str) -> str:
    label = str(Role(role).label)
    return label if role == Role.HR else label.lower()


def _where(row: RoleAssignment) -> str:
    return f"{row.unit.name} (#{row.unit.pk})" if row.unit is not None else "the whole organisation"


def _sentence(row: RoleAssignment) -> str:
    return f"{row.person.name}, {_called(row.role)} for {_where(row)}"


def _by(person: Person | None, by_command: bool, sign_on: str) -> str:
    if by_command:
        return "the command line"
    return person.name if person is not None else sign_on or "unknown"


def _line(row: RoleAssignment) -> str:
    who = f"{row.person.name} <{row.person.email or 'no email'}>"
    by = _by(row.given_by, row.given_by_command, row.given_by_sign_on)
    line = f"{row.role:<13} {who}, {_where(row)}, since {row.starts_on}, by {by}"
    if row.ends_on is not None:
        last = "ended the same day" if row.ends_on < row.starts_on else f"last day {row.ends_on}"
        line += f"; {last}, by {_by(row.ended_by, row.ended_by_command, row.ended_by_sign_on)}"
    return line


def _short(person: Person | None) -> dict[str, object] | None:
    return {"id": person.pk, "name": person.name, "email": person.email} if person is not None else None


def _as_json(row: RoleAssignment) -> dict[str, object]:
    return {
        "id": row.pk,
        "role": row.role,
        "person": _short(row.person),
        "unit": {"id": row.unit.pk, "name": row.unit.name} if row.unit is not None else None,
        "starts_on": row.starts_on.isoformat(),
        "given_by": _short(row.given_by),
        "given_by_command": row.given_by_command,
        "given_by_sign_on": row.given_by_sign_on,
        "given_at": row.given_at.isoformat() if row.given_at is not None else None,
        "ends_on": row.ends_on.isoformat() if row.ends_on is not None else None,
        "ended_by": _short(row.ended_by),
        "ended_by_command": row.ended_by_command,
        "ended_by_sign_on": row.ended_by_sign_on,
        "ended_at": row.ended_at.isoformat() if row.ended_at is not None else None,
    }
