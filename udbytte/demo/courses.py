"""The courses of the simulation: the catalogue in catalogue/*.toml, its runs, and runs that are cancelled or moved."""

from __future__ import annotations

import math
import tomllib
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from udbytte.domain.places import region_of
from udbytte.models import Agreement, Course, CourseKind, CourseRun, Mode
from udbytte.services.courses.runs import cancel_run, move_run

from .behaviour import Life

FOLDER = Path(__file__).parent / "catalogue"


class Entry(NamedTuple):
    """A course of the demo. `price` is in whole kroner without VAT."""

    title: str
    provider: str
    kind: str
    subject: str
    level: str
    days: Decimal
    price: int
    ects: int
    description: str


class Place(NamedTuple):
    """Where courses are held."""

    town: str
    postcode: str
    address: str


PLACES = (
    Place(
        "Aarhus", "8000", "Havnegade 12, 2. sal, 8000 Aarhus C. Letbane til Skolebakken, derfra fem minutter til fods."
    ),
    Place("Odense", "5000", "Kanalvej 4, 5000 Odense C. Gå ti minutter fra stationen, eller parkér i gården."),
    Place("Aalborg", "9000", "Fjordgade 30, 9000 Aalborg. Bus 2 fra banegården til Fjordgade."),
    Place("Vejle", "7100", "Damhaven 8, 7100 Vejle. Gå syv minutter fra stationen."),
    Place(
        "Roskilde", "4000", "Ringvejen 55, 4000 Roskilde. Bus 202 fra stationen; der er plads til cykler i kælderen."
    ),
    Place("Næstved", "4700", "Åvej 3, 4700 Næstved. Gratis parkering ved indgangen."),
    Place("Viborg", "8800", "Søndersøvej 17, 8800 Viborg. Bus 1 fra stationen til Søndersø."),
    Place("Esbjerg", "6700", "Stormgade 21, 6700 Esbjerg. Gå et kvarter fra stationen."),
    Place("København", "2300", "Amagerbrovej 90, 2300 København S. Metro til Amagerbro, derfra tre minutter."),
    Place("Hillerød", "3400", "Slotsgade 41, 3400 Hillerød. Gå ti minutter fra stationen."),
)
AT_HOME = Place("Engby", "8600", "Rådhuset, Torvet 1, lokale 2.14, 8600 Engby. Brug indgangen ved biblioteket.")
HOURS = {"amu": "8.00-15.24", "in_house": "9-15", "private": "9-16", "e_learning": "når det passer dig"}
BRING = (
    "Tag en opgave fra din egen hverdag med.",
    "Tag din bærbare med; der er strøm ved bordene.",
    "Du behøver ikke forberede dig. Der er frokost.",
    "Tag tøj og sko på, du kan røre dig i.",
    "Læs de to korte tekster, du får tilsendt en uge før.",
    "",
)
SHORT = ("in_house", "e_learning")
WHOLE_DAYS = 5  # a course of more days is one day a week


@cache
def entries() -> tuple[Entry, ...]:
    """All courses of the demo, in the order of the files."""
    courses = []
    for file in sorted(FOLDER.glob("*.toml")):
        for group in tomllib.loads(file.read_text(encoding="utf-8"))["at"]:
            about = (group["provider"], group["kind"], group["subject"], group["level"])
            for title, days, price, ects, description in group["courses"]:
                courses.append(Entry(title, *about, Decimal(str(days)), price, ects, description))
    return tuple(courses)


def make_courses(*, first: date, last: date, rng: Random) -> list[Course]:
    """Make all courses, each with a run about every tenth week from `first` to 200 days after `last`.

    Draws one number of `rng`, whatever the length of the catalogue.
    """
    own_rng = Random(rng.random())  # noqa: S311 (a simulation, not a secret)
    courses = [
        Course(
            **entry._asdict() | {"ects": entry.ects or None},
            code=f"U{number:03}",
            code_system="udbytte-demo",
            signup_email="tilmelding@example.test" if entry.kind == CourseKind.PRIVATE else "",
        )
        for number, entry in enumerate(entries(), start=1)
    ]
    Course.objects.bulk_create(courses)
    runs = []
    for course in courses:
        day = first + timedelta(days=own_rng.randrange(30, 90))
        while day < last + timedelta(days=200):
            runs.append(_run(course, day - timedelta(days=day.weekday()), last=last, rng=own_rng))
            day += timedelta(days=own_rng.randrange(55, 90))
    CourseRun.objects.bulk_create(runs, batch_size=1000)
    return courses


def _run(course: Course, starts: date, *, last: date, rng: Random) -> CourseRun:
    """A run that starts on the day. A few runs are full, cancelled or online."""
    days = math.ceil(course.days or 1)
    mode = _mode(course, rng)
    place = AT_HOME if course.kind == CourseKind.IN_HOUSE else rng.choice(PLACES)
    seats = rng.choice((12, 16, 20, 24))
    taken = seats if rng.random() < 0.08 else min(seats, int(seats * rng.random()) + 1)
    closes = 7 if course.kind in SHORT else 28
    price = course.price or 0
    cancelled_on = starts - timedelta(days=rng.randrange(15, 27))
    run = CourseRun(
        course=course,
        starts_on=starts,
        ends_on=starts + timedelta(days=(days if days <= WHOLE_DAYS else days * 7) - 1),
        mode=mode,
        price=price,
        signup_deadline=starts - timedelta(days=closes),
        hours=HOURS.get(course.kind, "16.30-20.00"),
        bring=rng.choice(BRING) if mode != Mode.ONLINE else "",
        retrieved_on=min(starts, last) - timedelta(days=rng.randrange(1, 12)),
        cancelled_on=cancelled_on if rng.random() < 0.04 and cancelled_on <= last else None,
        **_seats(course, seats, taken, rng),
        **_terms(course, starts, price),
    )
    if mode != Mode.ONLINE:
        run.place, run.postcode, run.address = place
        run.region = region_of(place.postcode)
    return run


def _mode(course: Course, rng: Random) -> Mode:
    draw = rng.random()
    if course.kind == CourseKind.E_LEARNING or (course.kind != CourseKind.IN_HOUSE and draw < 0.1):
        return Mode.ONLINE
    return Mode.BLENDED if course.ects and draw > 0.8 else Mode.ON_SITE


def _seats(course: Course, seats: int, taken: int, rng: Random) -> dict[str, Any]:
    """The fields about seats. E-learning has seats for everyone."""
    if course.kind == CourseKind.E_LEARNING:
        return {"guaranteed": True}
    return {"seats": seats, "taken": taken, "minimum_participants": 8, "guaranteed": rng.random() < 0.2}


def _terms(course: Course, starts: date, price: int) -> dict[str, Any]:
    """The fields about cancelling and extra costs."""
    if course.kind == CourseKind.PRIVATE and price >= 2000:
        extra = 350 if (course.days or 0) >= 2 else None
        return {"cancel_by": starts - timedelta(days=28), "cancel_cost": price // 2, "extra_price": extra}
    if course.kind in (CourseKind.ACADEMY, CourseKind.DIPLOMA, CourseKind.MASTER):
        return {"cancel_by": starts - timedelta(days=28)}
    return {}


NOTICE_DAYS = 7  # before the first day of a run, its provider may cancel or move it


def change_course_dates(life: Life, *, on: date) -> None:
    """Cancel or move some of the runs that begin in a week, but not those that the script needs."""
    soon = CourseRun.objects.filter(starts_on=on + timedelta(days=NOTICE_DAYS), cancelled_on__isnull=True)
    counted_on = Agreement.objects.filter(stage="registered", starts_on=on + timedelta(days=NOTICE_DAYS)).values("run")
    scripted = Agreement.objects.filter(pk__in=life.scripted, run__isnull=False).values("run")
    rows = soon.filter(pk__in=counted_on).exclude(pk__in=scripted).select_related("course")
    for run in rows.order_by("pk"):
        stream = life.streams.of("run", run.course.code, run.place, on)
        draw = stream.random()
        if draw < life.behaviour.run_cancelled:
            cancel_run(run, by=None, on=on, why="Der var for få tilmeldte.")
        elif draw < life.behaviour.run_cancelled + life.behaviour.run_moved:
            later = timedelta(days=7 * stream.randrange(2, 6))
            days: dict[str, Any] = {"starts_on": run.starts_on + later, "ends_on": run.ends_on + later}
            move_run(run, by=None, on=on, signup_deadline=run.signup_deadline, **days)
