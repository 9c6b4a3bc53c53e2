"""A catalogue of courses with runs, for a workplace that does not exist. Texts of our own."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from ...models import Course, CourseRun, Mode

# title, provider, kind, days, price in kroner, ECTS
COURSES: tuple[tuple[str, str, str, int, int, int | None], ...] = (
    ("Konflikthåndtering i hverdagen", "AMU Fjordbyen", "amu", 3, 624, None),
    ("Medicinhåndtering for social- og sundhedspersonale", "AMU Fjordbyen", "amu", 4, 832, None),
    ("Demens: forstå adfærden", "AMU Fjordbyen", "amu", 5, 1040, None),
    ("Børns sprog mellem to og seks", "AMU Fjordbyen", "amu", 5, 1040, None),
    ("Førstehjælp med hjertestarter", "Hjælpekorpset Øst", "private", 1, 1450, None),
    ("Forflytning og velfærdsteknologi", "AMU Fjordbyen", "amu", 2, 416, None),
    ("Praktikvejleder for elever", "AMU Fjordbyen", "amu", 3, 624, None),
    ("Vejledning i arbejdet med unge", "Professionsskolen Midt", "diploma", 12, 12500, 10),
    ("Sprog og læseudvikling", "Professionsskolen Midt", "diploma", 12, 12900, 10),
    ("Ledelse tæt på driften", "Professionsskolen Midt", "diploma", 10, 14200, 5),
    ("Socialret i praksis", "Professionsskolen Midt", "diploma", 12, 11800, 10),
    ("Klinisk vejleder", "Professionsskolen Midt", "diploma", 12, 12200, 10),
    ("Neuropædagogik", "Professionsskolen Midt", "diploma", 12, 12900, 10),
    ("Kommunikation i praksis", "Akademiet Nord", "academy", 10, 9800, 10),
    ("Projektarbejde fra idé til drift", "Akademiet Nord", "academy", 10, 9800, 10),
    ("Forvaltningsret for sagsbehandlere", "Akademiet Nord", "academy", 8, 8900, 5),
    ("Offentlig økonomi for ikke-økonomer", "Akademiet Nord", "academy", 8, 8900, 5),
    ("Forandring og læring i organisationer", "Universitetet ved Sundet", "master", 14, 26500, 15),
    ("Motiverende samtale", "Samtalehuset", "private", 3, 7900, None),
    ("Lav arousal i hverdagen", "Samtalehuset", "private", 2, 5400, None),
    ("Svære samtaler med pårørende", "Samtalehuset", "private", 1, 2900, None),
    ("Skriv, så borgeren forstår det", "Sprogværkstedet", "private", 2, 4800, None),
    ("Regneark: fra lister til overblik", "Kontorskolen", "private", 2, 3600, None),
    ("Kørekort til lift og minigraver", "Maskinskolen Vest", "private", 4, 6900, None),
    ("Beskæring og plantepleje", "Grønskolen", "amu", 5, 1150, None),
    ("Lokal afledning af regnvand", "Grønskolen", "private", 1, 3200, None),
    ("Dokumentation i omsorgsjournalen", "Engby Kommune", "in_house", 1, 0, None),
    ("Velkommen som ny leder", "Engby Kommune", "in_house", 2, 0, None),
    ("Sikker med personoplysninger", "Engby Kommune", "e_learning", 1, 0, None),
    ("Kom godt i gang med digitale møder", "Engby Kommune", "e_learning", 1, 0, None),
    ("Inkluderende læringsmiljøer", "Professionsskolen Midt", "diploma", 12, 12900, 10),
    ("Palliativ pleje ved livets slutning", "AMU Fjordbyen", "amu", 5, 1040, None),
)
TOWNS = ("Aarhus", "Odense", "Aalborg", "Vejle", "Roskilde", "Næstved", "Viborg", "Esbjerg")


def make_courses(*, first: date, last: date, rng: Random) -> list[Course]:
    """The whole catalogue, each course with a run about every tenth week from `first` to 200 days after `last`."""
    courses = [
        Course(
            title=title,
            provider=provider,
            kind=kind,
            days=days,
            price=price,
            ects=ects,
            code=f"U{number:03}",
            code_system="udbytte-demo",
            description=f"{title}. Du arbejder med eksempler fra din egen hverdag og går hjem med noget, du kan prøve.",
        )
        for number, (title, provider, kind, days, price, ects) in enumerate(COURSES, start=1)
    ]
    Course.objects.bulk_create(courses)
    runs = []
    for course, (_title, _provider, kind, days, price, _ects) in zip(courses, COURSES, strict=True):
        day = first + timedelta(days=rng.randrange(30, 90))
        while day < last + timedelta(days=200):
            starts = day - timedelta(days=day.weekday())
            length = days if days <= 5 else days * 7
            online = kind == "e_learning"
            runs.append(
                CourseRun(
                    course=course,
                    starts_on=starts,
                    ends_on=starts + timedelta(days=length - 1),
                    place="" if online else rng.choice(TOWNS),
                    mode=Mode.ONLINE if online else Mode.ON_SITE,
                    price=price,
                    signup_deadline=starts - timedelta(days=7 if kind in ("in_house", "e_learning") else 28),
                    seats=rng.choice((12, 16, 20, 24)),
                    retrieved_on=first,
                )
            )
            day += timedelta(days=rng.randrange(55, 90))
    CourseRun.objects.bulk_create(runs)
    return courses
