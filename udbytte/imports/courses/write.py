"""Writes a part of a file of courses: finds the known course and run of each row, and writes what differs.

The caller holds the transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import translation
from django.utils.translation import gettext as _

from udbytte.access.people import is_administrator, is_hr
from udbytte.imports.readers.problems import Problem
from udbytte.imports.report import Report
from udbytte.models import Course, CourseRun, Person
from udbytte.services.bulk import update_rows
from udbytte.services.courses.run_reports import facts_before
from udbytte.services.courses.runs import follow_moved_run, lose_run

from .rows import CourseRow, RunRow


class KnownCourses:
    """The known courses that the rows can be about, and the new ones of earlier rows.

    A course is found by provider and code; without a code by provider and key, otherwise by provider and title.
    """

    def __init__(self, rows: Sequence[CourseRow]) -> None:
        self.by_code: dict[tuple[str, str], Course] = {}
        self.by_key: dict[tuple[str, str], Course] = {}
        self.by_title: dict[tuple[str, str], list[Course]] = defaultdict(list)
        names = Course.objects.alias(in_provider=Lower("provider"), in_code=Lower("code"), in_title=Lower("title"))
        titles, codes = {row.title for row in rows}, {row.code for row in rows} - {""}
        providers = {row.provider for row in rows}
        # Python and PostgreSQL lower some letters differently, so the text as it is written is compared too.
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
        if row.key:  # a course with another key is another course
            alike = [course for course in alike if not course.key]
        plain = [course for course in alike if not course.code]
        if plain:
            return plain[0]
        return alike[0] if len(alike) == 1 else None


class KnownRuns:
    """The known runs that the rows can be about. A run is found by its key, otherwise by days and place."""

    def __init__(self, courses: Iterable[int], rows: Sequence[RunRow]) -> None:
        self.by_key: dict[tuple[int, str], CourseRun] = {}
        self.by_days: dict[tuple[int, date, date, str], list[CourseRun]] = defaultdict(list)
        alike = Q(key__in={row.key for row in rows} - {""}) | Q(starts_on__in={row.fields["starts_on"] for row in rows})
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
        days = (course.pk, row.fields["starts_on"], row.fields["ends_on"], row.fields.get("place", "").lower())
        alike = [run for run in self.by_days[days] if not (row.key and run.key)]
        free = [run for run in alike if id(run) not in taken]
        return free[0] if free else None if row.key else alike[0] if alike else None


COURSE_FIELDS = (
    *("title", "kind", "code", "code_system", "key", "subject", "level", "ects", "days", "price", "duration", "url"),
    *("start_text", "signup_email", "signup_email_by_id", "description"),
)
RUN_FIELDS = (
    *(
        "starts_on",
        "ends_on",
        "key",
        "title",
        "place",
        "postcode",
        "region",
        "address",
        "hours",
        "url",
        "mode",
        "price",
    ),
    *("extra_price", "signup_deadline", "cancel_by", "seats", "taken", "minimum_participants", "guaranteed"),
    *("retrieved_on", "cancelled_on", "withdrawn_on", "imported"),
)


@dataclass(slots=True)
class Seen:
    """What the file has told so far: primary keys, and the providers (in small letters) whose runs it tells of.

    `spared` are courses, and `spared_providers` providers, of whom a row could not be used.
    """

    courses: set[int] = field(default_factory=set)
    dated_courses: set[int] = field(default_factory=set)
    runs: set[int] = field(default_factory=set)
    providers: set[str] = field(default_factory=set)
    spared: set[int] = field(default_factory=set)
    spared_providers: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who imports the file. `for_all`: what the file says of a run holds for everybody who has chosen it."""

    by: Person | None
    for_all: bool

    @classmethod
    def of(cls, by: Person | None, on: date) -> Reporter:
        """HR and administrators import for the organisation, a coordinator for the units that they serve."""
        return cls(by, by is None or is_hr(by, on) or is_administrator(by, on))


def _set_fields(row: models.Model, fields: dict[str, Any]) -> bool:
    """Set the fields of a row. Returns whether any of them changed."""
    other = {name: value for name, value in fields.items() if getattr(row, name) != value}
    for name, value in other.items():
        setattr(row, name, value)
    return bool(other)


class PartOfFile:
    """Some rows of the file. They are compared with the database, counted, and written."""

    def __init__(
        self, file: str, rows: Sequence[CourseRow], seen: Seen, report: Report, on: date, reporter: Reporter
    ) -> None:
        self.file, self.rows, self.seen, self.report, self.on = file, rows, seen, report, on
        self.reporter = reporter
        self.pairs: list[tuple[Course, RunRow]] = []
        self.new_runs: list[CourseRun] = []
        self.changed_runs: list[CourseRun] = []
        self.same_runs: list[CourseRun] = []
        self.lost: list[CourseRun] = []
        self.moved: list[tuple[CourseRun, dict[str, Any]]] = []  # with the facts before

    def write(self) -> None:
        self._courses()
        self._runs()
        if self.report.dry_run or self.report.refused:
            return
        told: dict[str, Any] = {"by": self.reporter.by, "for_all": self.reporter.for_all}
        with translation.override(settings.LANGUAGE_CODE):  # others read it, whatever language is imported in
            why = _("The provider has cancelled the course date.")
        for run in self.lost:
            lose_run(run, why=why, on=self.on, **told)
        for run, before in self.moved:
            follow_moved_run(run, on=self.on, before=before, **told)

    def _courses(self) -> None:
        known = KnownCourses(self.rows)
        new: list[Course] = []
        changed: list[Course] = []
        in_earlier_rows: set[int] = set()  # Python ids of courses that an earlier row of this part is about
        of_row: list[tuple[CourseRow, Course]] = []
        for row in self.rows:
            self.report.add_problems(row.problems, row.notes)
            course = known.of(row)
            if row.is_unusable:
                self._spare(row, course)
                continue
            if course is None:
                course = Course(provider=row.provider, code=row.code, key="" if row.code else row.key, title=row.title)
                _set_fields(course, row.fields)
                known.add(course)
                new.append(course)
                self.report.count("courses", "new", course.title)
            elif id(course) in in_earlier_rows or course.pk in self.seen.courses:
                for run in row.runs:  # the first row decides about the course; a run may have its own title
                    if row.title != course.title:
                        run.fields.setdefault("title", row.title)
            else:
                names: dict[str, Any] = {"title": row.title}
                if row.code and not course.code:
                    names |= {"code": row.code, "key": ""}
                elif row.key and not course.code and not course.key:
                    names["key"] = row.key
                if row.fields.get("signup_email", "") not in ("", course.confirmed_signup_email):
                    names["signup_email_by_id"] = self.reporter.by.pk if self.reporter.by is not None else None
                other = _set_fields(course, names | row.fields)
                self.report.count("courses", "changed" if other else "unchanged", course.title)
                changed += [course] if other else []
            in_earlier_rows.add(id(course))
            of_row.append((row, course))
        Course.objects.bulk_create(new)
        _update(Course, COURSE_FIELDS, changed)
        for row, course in of_row:
            self.seen.courses.add(course.pk)
            if row.has_dates:
                self.seen.dated_courses.add(course.pk)
                self.seen.providers.add(course.provider.lower())
            if row.incomplete:
                self.seen.spared.add(course.pk)
            self.pairs += [(course, run) for run in row.runs]

    def _spare(self, row: CourseRow, course: Course | None) -> None:
        """Let no run of this course count as vanished; when the row names no course, none of its provider."""
        if course is not None and course.pk:
            self.seen.spared.add(course.pk)
        elif not row.title and not row.code:
            self.seen.spared_providers.add(row.provider.lower())

    def _runs(self) -> None:
        known = KnownRuns((course.pk for course, _row in self.pairs), [row for _course, row in self.pairs])
        taken = {id(run) for runs in known.by_days.values() for run in runs if run.pk in self.seen.runs}
        for course, row in self.pairs:
            run = known.of(course, row, taken)
            if run is None:
                run = self._new(course, row)
                known.add(run)
            elif id(run) in taken:
                self._note(row, "row", _("This course date is earlier in the file too; what it says there holds."))
            else:
                self._known(course, run, row)
            taken.add(id(run))
        CourseRun.objects.bulk_create(self.new_runs)
        _update(CourseRun, RUN_FIELDS, self.changed_runs)
        # Unchanged runs get the date on which they were last in a file.
        older = [run.pk for run in self.same_runs if run.retrieved_on != self.on]
        CourseRun.objects.filter(pk__in=older).update(retrieved_on=self.on)
        self.seen.runs.update(run.pk for runs in (self.new_runs, self.changed_runs, self.same_runs) for run in runs)

    def _note(self, row: RunRow, field: str, message: str) -> None:
        self.report.add_problems((), [Problem(self.file, row.row, field, message)])

    def _new(self, course: Course, row: RunRow) -> CourseRun:
        run = CourseRun(course=course, key=row.key, imported=True, retrieved_on=self.on)
        _set_fields(run, row.fields)
        run.cancelled_on = self.on if row.cancelled else None
        self.new_runs.append(run)
        self.report.count("runs", "new", f"{course.title}, {run.starts_on}")
        return run

    def _known(self, course: Course, run: CourseRun, row: RunRow) -> None:
        days, place, before = (run.starts_on, run.ends_on), run.place.lower(), facts_before(run)
        fields = row.fields | {"imported": True, "withdrawn_on": None}
        if row.key:
            fields["key"] = row.key
        if row.cancelled and run.cancelled_on is None:
            fields["cancelled_on"] = self.on
        for deadline in ("signup_deadline", "cancel_by"):
            day = fields.get(deadline, getattr(run, deadline))
            if day is not None and day > fields["ends_on"]:
                fields[deadline] = None
        other = _set_fields(run, fields)
        if run.cancelled_on is not None and row.cancelled is False:
            message = _(
                "The course date is cancelled here, and the file says that it is held. It was left as it is: ask"
                " the provider."
            )
            self._note(row, "cancelled", message)
        elsewhere = bool(place and run.place and run.place.lower() != place)
        verdict = "changed" if other else "unchanged"
        if "cancelled_on" in fields:
            verdict = "left"
            self.lost.append(run)
        elif (days != (run.starts_on, run.ends_on) or elsewhere) and run.cancelled_on is None:
            verdict = "moved"
            self.moved.append((run, before))
        self.report.count("runs", verdict, f"{course.title}, {run.starts_on}")
        if other:
            run.retrieved_on = self.on
        (self.changed_runs if other else self.same_runs).append(run)


def _update(model: type[models.Model], fields: Sequence[str], rows: Iterable[models.Model]) -> None:
    update_rows(model, fields, [(row.pk, *(getattr(row, name) for name in fields)) for row in rows])
