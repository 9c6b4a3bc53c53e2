"""What speed is measured on: a catalogue to search in, and a table to import. Nowhere else in use."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from itertools import count, islice
from pathlib import Path
from random import Random

from django.db import connection, transaction

from udbytte.domain.places import region_of
from udbytte.models import Course, CourseKind, CourseRun, Mode

SYSTEM = "bench"
FIRST = (
    "Konflikt Kompetence Projekt Borger Børne Medicin Samtale Pleje Sprog Skole Økonomi Kvalitets Data Miljø Demens"
    " Sikkerheds Vej Frivillig Familie Læse Personale Sundheds Trivsels Team"
).split()
SECOND = (
    "håndtering udvikling ledelse forståelse vejledning styring analyse samarbejde dokumentation planlægning"
    " formidling koordinering vurdering inddragelse"
).split()
ENDS = (
    "i praksis", "i hverdagen", "på tværs af fag", "for nye", "for øvede", "trin for trin", "med pårørende", "tæt på",
    "når det haster", "i kommunen", "for ledere", "med data",
)  # fmt: skip
LEVELS = ("", "Grundlæggende", "Videregående", "Diplom (niveau 6)")
TOWNS = (("Aarhus", "8000"), ("Odense", "5000"), ("Aalborg", "9000"), ("Roskilde", "4000"), ("København", "2300"))


def fill_catalogue(*, courses: int, runs: int, on: date) -> None:
    """Add so many courses and runs, half of these ahead of the day; none when they are there already."""
    if Course.objects.filter(code_system=SYSTEM).exists():
        return
    rng = Random(7)  # noqa: S311 (not a secret)
    with transaction.atomic():
        made = Course.objects.bulk_create((_course(number, rng) for number in range(courses)), batch_size=1000)
        several = (_run(made[number % courses], on, rng) for number in islice(count(), runs))
        CourseRun.objects.bulk_create(several, batch_size=2000)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE udbytte_course, udbytte_courserun")  # as autovacuum does within minutes


def _compound(rng: Random) -> str:
    return rng.choice(FIRST) + rng.choice(SECOND)


def _course(number: int, rng: Random) -> Course:
    kind = rng.choice(CourseKind.values)
    content = " ".join(rng.choice((_compound(rng).lower(), rng.choice(ENDS))) for _ in range(30))
    return Course(
        title=f"{_compound(rng)} og {_compound(rng).lower()} {rng.choice(ENDS)}",
        provider=f"{rng.choice(FIRST)}skolen {number % 60}",
        kind=kind,
        code=f"B{number:05}",
        code_system=SYSTEM,
        subject=rng.choice(FIRST),
        level=rng.choice(LEVELS),
        ects=rng.choice((None, 5, 10)),
        days=rng.randrange(1, 15),
        price=rng.randrange(208, 27000),
        description=f"Du lærer {content}.",
    )


def _run(course: Course, on: date, rng: Random) -> CourseRun:
    starts = on + timedelta(days=rng.randrange(-300, 300))
    town, postcode = rng.choice(TOWNS)
    online = rng.random() < 0.15
    return CourseRun(
        course=course,
        starts_on=starts,
        ends_on=starts + timedelta(days=2),
        place="" if online else town,
        postcode="" if online else postcode,
        region="" if online else region_of(postcode),
        mode=Mode.ONLINE if online else Mode.ON_SITE,
        signup_deadline=starts - timedelta(days=21),
        seats=16,
        taken=rng.randrange(17),
        cancelled_on=on if rng.random() < 0.03 else None,
        retrieved_on=on,
    )


UNIT_SIZE = 20
UNITS_IN_AREA = 25


def write_table(file: Path, employments: int, *, moved: int = 0, gone: int = 0) -> None:
    """Write a table with a row for each employment. Every `moved`th is in the next unit, every `gone`th is left out."""
    with file.open("w", newline="", encoding="utf-8") as stream:
        table = csv.writer(stream, delimiter=";")
        table.writerow(["Navn", "E-mail", "Enhed", "Stilling", "Leders e-mail", "Fra", "Til"])
        for number in range(employments):
            if gone and number % gone == 7:
                continue
            unit = number // UNIT_SIZE
            if moved and number % moved == 3:
                unit = (unit + 1) % (employments // UNIT_SIZE)
            area = unit // UNITS_IN_AREA
            manager = unit * UNIT_SIZE
            path = f"Engby > Område {area} > Enhed {unit}"
            email = f"person{number}@example.test"
            table.writerow(
                [f"Anna{number} Berg", email, path, "Pædagog", f"person{manager}@example.test", "01-02-2020", ""]
            )
