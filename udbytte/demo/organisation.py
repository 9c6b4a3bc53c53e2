"""Makes a workplace of a given size with units, people, managers and roles, as in a municipality."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from udbytte.models import Employment, ManagerRole, Person, Role, RoleAssignment, Unit
from udbytte.services.people.organisation import follow_organisation_changes

from . import names


@dataclass(slots=True)
class Workplace:
    """A workplace. `houses` are the units where most people work, with the titles of their jobs."""

    root: Unit
    staff: Unit
    areas: list[Unit] = field(default_factory=list)
    houses: list[tuple[Unit, tuple[str, ...]]] = field(default_factory=list)
    hr: Person | None = None
    works_council: Person | None = None
    administrator: Person | None = None
    coordinator: Person | None = None
    budget_owner: Person | None = None


def email_of(given: str, family: str, number: int) -> str:
    """An e-mail address at example.test, in ASCII."""
    text = f"{given}.{family}".lower()
    for letter, plain_letters in (("ø", "oe"), ("æ", "ae"), ("å", "aa"), (" ", ".")):
        text = text.replace(letter, plain_letters)
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return f"{plain}.{number}@example.test"


def new_people(rng: Random, first: int = 1) -> Iterator[Person]:
    """An endless supply of people who are not saved. Each has an address of their own."""
    number = first
    while True:
        given, family = rng.choice(names.GIVEN), rng.choice(names.FAMILY)
        person = Person(given_name=given, family_name=family, email=email_of(given, family, number))
        person.digest_weekday = rng.choice((1, 1, 1, 2, 3, 4, 5))
        person.wants_mail = rng.random() > 0.05
        person.set_unusable_password()
        yield person
        number += 1


def make_unit(name: str, parent: Unit | None, on: date) -> Unit:
    """Make a unit below `parent` that has existed for years."""
    unit = Unit.objects.create(name=name, parent=parent, starts_on=on - timedelta(days=2000))
    unit.path = f"{parent.path if parent else ''}{unit.pk}/"
    unit.save(update_fields=["path"])
    return unit


def employ(person: Person, unit: Unit, title: str, on: date) -> Employment:
    """Employ a person from the day."""
    return Employment.objects.create(person=person, unit=unit, title=title, starts_on=on)


def make_organisation(*, employees: int, on: date, rng: Random) -> Workplace:
    """Make a workplace with `employees` people on the day, and find their line managers.

    Houses have 5 to 30 people, most about 12. Every ninth house has no manager of its own. If there are more than two
    areas, the last one has no coordinator.
    """
    root = make_unit("Engby Kommune", None, on)
    place = Workplace(root, make_unit(names.STAFF, root, on))
    people = new_people(rng)
    long_ago = on - timedelta(days=1500)

    def hire(unit: Unit, title: str) -> Person:
        person = next(people)
        person.save()
        employ(person, unit, title, long_ago + timedelta(days=rng.randrange(1400)))
        return person

    def give_role(person: Person, what: Role, unit: Unit | None = None) -> None:
        RoleAssignment.objects.create(person=person, role=what, unit=unit, starts_on=long_ago)

    def manage(person: Person, unit: Unit) -> None:
        ManagerRole.objects.create(person=person, unit=unit, starts_on=long_ago)

    manage(hire(root, "Kommunaldirektør"), root)
    manage(hire(place.staff, "HR-chef"), place.staff)
    place.hr = hire(place.staff, "HR-konsulent")
    give_role(place.hr, Role.HR)
    place.works_council = hire(place.staff, "Fællestillidsrepræsentant")
    give_role(place.works_council, Role.WORKS_COUNCIL)
    place.administrator = hire(place.staff, "Systemansvarlig")
    give_role(place.administrator, Role.ADMINISTRATOR)
    used = 5
    count = max(1, min(len(names.AREAS), employees // 25))
    for number, (name, _kinds, _jobs) in enumerate(names.AREAS[:count]):
        area = make_unit(name, root, on)
        place.areas.append(area)
        chief = hire(area, "Områdechef")
        manage(chief, area)
        give_role(chief, Role.BUDGET_OWNER, area)
        place.budget_owner = place.budget_owner or chief
        used += 1
        if number < count - 1 or count <= 2:
            helper = hire(area, "Sekretær")
            give_role(helper, Role.COORDINATOR, area)
            place.coordinator = place.coordinator or helper
            used += 1
    number = 0
    while used < employees:
        area_number = number % count
        _name, kinds, jobs = names.AREAS[area_number]
        house = make_unit(names.unit_name(kinds, number // count), place.areas[area_number], on)
        place.houses.append((house, jobs))
        size = min(employees - used, max(5, min(30, round(rng.gauss(12, 5)))))
        if number % 9 != 8:
            manage(hire(house, "Afdelingsleder"), house)
            size, used = size - 1, used + 1
        for _turn in range(size):
            hire(house, rng.choice(jobs))
        used += size
        number += 1
    follow_organisation_changes(on=on)
    return place
