"""Which known course and run a row of a file is: looked up for a part of the file at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Q
from django.db.models.functions import Lower

from ...formats.course_rows import CourseRow, RunRow
from ...models import Course, CourseRun


class KnownCourses:
    """The known courses that the rows may be about, and those that are added while the rows are gone through.

    A course is known by provider and code; without a code by provider and key, or else by provider and title.
    """

    def __init__(self, rows: Sequence[CourseRow]) -> None:
        self.by_code: dict[tuple[str, str], Course] = {}
        self.by_key: dict[tuple[str, str], Course] = {}
        self.by_title: dict[tuple[str, str], list[Course]] = defaultdict(list)
        names = Course.objects.alias(in_provider=Lower("provider"), in_code=Lower("code"), in_title=Lower("title"))
        titles, codes = {row.title for row in rows}, {row.code for row in rows} - {""}
        providers = {row.provider for row in rows}
        # Of small letters Python and PostgreSQL do not always think alike: as it is written counts as well.
        wanted = Q(in_title__in={title.lower() for title in titles}) | Q(title__in=titles)
        wanted |= Q(in_code__in={code.lower() for code in codes}) | Q(code__in=codes)
        wanted |= Q(key__in={row.key for row in rows} - {""})
        theirs = Q(in_provider__in={provider.lower() for provider in providers}) | Q(provider__in=providers)
        for course in names.filter(wanted, theirs).order_by("pk"):
            self.add(course)

    def add(self, course: Course) -> None:
        provider = course.provider.lower()
        if course.code:
            self.by_code.setdefault((provider, course.code.lower()), course)
        elif course.key:
            self.by_key.setdefault((provider, course.key), course)
        self.by_title[provider, course.title.lower()].append(course)

    def of(self, row: CourseRow) -> Course | None:
        provider = row.provider.lower()
        by_key = self.by_key.get((provider, row.key)) if row.key else None
        if row.code:
            return self.by_code.get((provider, row.code.lower())) or by_key
        if by_key is not None:
            return by_key
        alike = self.by_title[provider, row.title.lower()]
        if row.key:  # another course with a key of its own is another course
            alike = [course for course in alike if not course.key]
        plain = [course for course in alike if not course.code]
        if plain:
            return plain[0]
        return alike[0] if len(alike) == 1 else None


class KnownRuns:
    """The known runs of some courses that the rows may be about. A run is known by its key, else by days and place."""

    def __init__(self, courses: Iterable[int], rows: Sequence[RunRow]) -> None:
        self.by_key: dict[tuple[int, str], CourseRun] = {}
        self.by_days: dict[tuple[int, date, date, str], list[CourseRun]] = defaultdict(list)
        alike = Q(key__in={row.key for row in rows} - {""}) | Q(starts_on__in={row.told["starts_on"] for row in rows})
        for run in CourseRun.objects.filter(alike, course_id__in=set(courses)).order_by("pk"):
            self.add(run)

    def add(self, run: CourseRun) -> None:
        if run.key:
            self.by_key[run.course_id, run.key] = run
        self.by_days[run.course_id, run.starts_on, run.ends_on, run.place.lower()].append(run)

    def of(self, course: Course, row: RunRow, taken: set[int]) -> CourseRun | None:
        """The known run that a row is; of several on the same days one that is not `taken` (ids of objects)."""
        if row.key and (course.pk, row.key) in self.by_key:
            return self.by_key[course.pk, row.key]
        days = (course.pk, row.told["starts_on"], row.told["ends_on"], row.told.get("place", "").lower())
        alike = [run for run in self.by_days[days] if not (row.key and run.key)]
        free = [run for run in alike if id(run) not in taken]
        return free[0] if free else None if row.key else alike[0] if alike else None
