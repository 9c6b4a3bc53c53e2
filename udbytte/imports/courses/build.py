"""Makes courses and runs of what any file tells as texts, and says of what nothing could be made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from udbytte.domain.places import region_of
from udbytte.imports.readers.problems import Problem
from udbytte.imports.readers.values import BadValue, for_message, has_cpr

from . import values
from .rows import CourseRow, RunRow
from .values import identifier, kind_of, line, lines, mode_of, yes_or_no

Value = TypeVar("Value")
COURSE_LIMITS = {"subject": 250, "level": 60, "duration": 100}
RUN_LIMITS = {"place": 200, "address": 400, "hours": 100}
TITLE, PROVIDER, CODE, KEY, RUN_KEY, POSTCODE = 250, 200, 60, 200, 100, 10
ONE_DAY = Decimal(1)
IN_DENMARK = ("", "dk", "dnk", "danmark", "denmark")


class CourseBuilder:
    """One course being made. The methods take what the file says of a field; a field not in it is not told."""

    def __init__(self, file: str, row: int, course: CourseRow | None = None) -> None:
        self.file, self.row = file, row
        self.course = course or CourseRow(row)

    def note(self, field: str, message: str) -> None:
        self.course.notes.append(Problem(self.file, self.row, field, message))

    def problem(self, field: str, message: str) -> None:
        self.course.problems.append(Problem(self.file, self.row, field, message))

    def value(self, field: str, found: str, read: Callable[[str], Value]) -> Value | None:
        """What a text comes to; None with a note when nothing could be made of it."""
        try:
            return read(found)
        except BadValue as error:
            self.note(field, str(error))
            return None

    def short(self, field: str, found: str, limit: int) -> str:
        """A text of one line that fits; a note when it had to be cut."""
        plain = line(found)
        if len(plain) > limit:
            self.note(field, _("This is longer than %(limit)s letters; the rest was left out.") % {"limit": limit})
            return plain[: limit - 1].rstrip() + "…"
        return plain

    def link(self, field: str, found: str) -> str:
        return self.value(field, found, values.link) or ""

    def who(self, *, title: str, provider: str, code: str = "", key: str = "") -> None:
        """What names the course."""
        self.course.title = self.short("title", title, TITLE)
        self.course.provider = self.short("provider", provider, PROVIDER)
        self.course.code = line(code)
        if len(self.course.code) > CODE or has_cpr(code):
            self.note("code", _("This cannot be a course code; it was left out. A code has at most 60 letters."))
            self.course.code = ""
        self.course.key = identifier(key, KEY)
        if not self.course.title:
            self.problem("title", _("This is empty; it must be filled in."))

    def about(self, found: Mapping[str, str]) -> None:
        """The fields of the course itself, each where the file has it."""
        told = self.course.told
        for field, limit in COURSE_LIMITS.items():
            if field in found:
                told[field] = self.short(field, found[field], limit)
        if "description" in found:
            told["description"] = lines(found["description"])
        if "price" in found:
            told["price"] = self.value("price", found["price"], values.price)
        if "url" in found:
            told["url"] = self.link("url", found["url"])
        for field, most in (("ects", 300), ("days", 999)):
            if field in found:
                told[field] = self.value(field, found[field], partial(values.points, most=most))
        self._length()
        if found.get("kind"):
            kind = kind_of(found["kind"])
            if kind:
                told["kind"] = kind
            else:
                message = _("“%(value)s” is no kind of course that is known here. Write for instance AMU or diploma.")
                self.note("kind", message % {"value": for_message(found["kind"])})
        if "signup_email" in found:
            told["signup_email"] = self._email(found["signup_email"].strip())

    def _length(self) -> None:
        """Days out of the length where it says them; a length written for machines is no text for people."""
        told = self.course.told
        duration = told.get("duration", "")
        if duration and told.get("days") is None:
            days = values.days_in(duration)
            if days is not None:
                told["days"] = days
        if duration and (values.ISO_LENGTH.fullmatch(duration) or duration.replace(".", "").isdigit()):
            told["duration"] = ""
            if told.get("days") is None:
                message = _("“%(value)s” does not say how long in words. Write for instance 3 days.")
                self.note("duration", message % {"value": for_message(duration)})

    def _email(self, found: str) -> str:
        try:
            if found:
                validate_email(found)
                if len(found) > 254 or has_cpr(found):
                    raise ValidationError("")
        except ValidationError:
            message = _("“%(value)s” is not an e-mail. Write it as name@example.dk, or leave it empty.")
            self.note("signup_email", message % {"value": for_message(found)})
            return ""
        return found.lower()

    def run(self, found: Mapping[str, str], *, key: str, title: str = "", country: str = "") -> RunRow | None:
        """A run of the course, added to it; None with a note or problem where there are no days to hold it on.

        `country`: where the postcode belongs, in small letters; '' is Denmark.
        """
        days = self._days(found)
        if days is None:
            return None
        told: dict[str, Any] = {"starts_on": days[0], "ends_on": days[1]}
        if title:
            told["title"] = self.short("run_title", title, TITLE)
        for field, limit in RUN_LIMITS.items():
            if field in found:
                told[field] = self.short(field, found[field], limit)
        if "postcode" in found:
            told["postcode"] = self.short("postcode", found["postcode"], POSTCODE)
            told["region"] = region_of(told["postcode"]) if country in IN_DENMARK else ""
        for field in ("price", "extra_price"):
            if field in found:
                told[field] = self.value(field, found[field], values.price)
        for field in ("seats", "taken", "minimum_participants"):
            if field in found:
                told[field] = self.value(field, found[field], values.number)
        if "url" in found:
            told["url"] = self.link("url", found["url"])
        for field in ("signup_deadline", "cancel_by"):
            if field in found:
                told[field] = self._deadline(field, found[field], days[1])
        if found.get("mode"):
            mode = mode_of(found["mode"])
            if mode:
                told["mode"] = mode
            else:
                message = _("“%(value)s” does not say whether it is on site or online.")
                self.note("mode", message % {"value": for_message(found["mode"])})
        yes = {field: self._yes(field, found[field]) for field in ("guaranteed", "cancelled") if field in found}
        if yes.get("guaranteed") is not None:
            told["guaranteed"] = yes["guaranteed"]
        run = RunRow(self.row, identifier(key, RUN_KEY), told, yes.get("cancelled"))
        self.course.runs.append(run)
        return run

    def _yes(self, field: str, found: str) -> bool | None:
        said = yes_or_no(found)
        if said is None:
            self.note(field, _("“%(value)s” is neither yes nor no.") % {"value": for_message(found)})
        return said

    def _deadline(self, field: str, found: str, last: date) -> date | None:
        said = self.value(field, found, values.day)
        if said is not None and said > last:
            self.note(field, _("This day lies after the last day of the run; it was left out."))
            return None
        return said

    def _days(self, found: Mapping[str, str]) -> tuple[date, date] | None:
        """First and last day. A course of one day needs no last day; any other without one is not guessed at."""
        days: dict[str, date | None] = {}
        for field in ("starts_on", "ends_on"):
            try:
                days[field] = values.day(found.get(field, ""))
            except BadValue as error:
                self.course.incomplete = True
                self.problem(field, str(error))
        if len(days) < 2:
            return None
        starts, ends = days["starts_on"], days["ends_on"]
        if starts is not None and ends is None and self.course.told.get("days") == ONE_DAY:
            ends = starts
        if starts is None or ends is None:
            if starts or ends:
                self.course.incomplete = True
                field = "starts_on" if starts is None else "ends_on"
                self.note(field, _("This day is missing: the course is imported without this run. Write the day."))
            return None
        if ends < starts:
            self.course.incomplete = True
            self.problem("ends_on", _("The last day is before the first."))
            return None
        return starts, ends
