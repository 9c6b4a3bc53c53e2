"""Builds courses and runs from the texts in a file, and collects problems and notes."""

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
from udbytte.imports.readers.values import BadValue, for_message, has_cpr, is_words, lost_letter

from . import values
from .rows import CourseRow, RunRow
from .values import identifier, kind_of, mode_of, plain_line, plain_lines, yes_or_no

Value = TypeVar("Value")
COURSE_LIMITS = {"subject": 250, "level": 60, "duration": 100, "start_text": 250}
RUN_LIMITS = {"place": 200, "address": 400, "hours": 100}
TITLE, PROVIDER, CODE, KEY, RUN_KEY, POSTCODE = 250, 200, 60, 200, 100, 10  # most letters
ONE_DAY = Decimal(1)
IN_DENMARK = ("", "dk", "dnk", "danmark", "denmark")


class CourseBuilder:
    """Builds one course. The methods take the texts of fields; a field that is not in the file is not changed."""

    def __init__(
        self, file: str, row: int, course: CourseRow | None = None, column_of: Callable[[str], str] | None = None
    ) -> None:
        """`column_of` gives the name of a field's column in a table."""
        self.file, self.row = file, row
        self.course = course or CourseRow(row)
        self.column_of = column_of or (lambda _field: "")

    def _problem(self, field: str, message: str) -> Problem:
        return Problem(self.file, self.row, field, message, column=self.column_of(field))

    def add_note(self, field: str, message: str) -> None:
        self.course.notes.append(self._problem(field, message))

    def add_problem(self, field: str, message: str) -> None:
        self.course.problems.append(self._problem(field, message))

    def value(self, field: str, text: str, read: Callable[[str], Value]) -> Value | None:
        """The value of a text; None, with a note, when it cannot be read."""
        try:
            return read(text)
        except BadValue as error:
            self.add_note(field, str(error))
            return None

    def short(self, field: str, text: str, limit: int) -> str:
        """A text of one line with at most `limit` letters. Adds a note when it is cut."""
        plain = plain_line(text)
        if len(plain) > limit:
            self.add_note(
                field, _("This is longer than %(limit)s characters; the rest was left out.") % {"limit": limit}
            )
            return plain[: limit - 1].rstrip() + "…"
        return plain

    def link(self, field: str, text: str) -> str:
        return self.value(field, text, values.link) or ""

    def set_names(self, *, title: str, provider: str, code: str = "", key: str = "") -> None:
        """Set the title, provider, code and key. Adds a problem when there is no title."""
        self.course.title = self.short("title", title, TITLE)
        self.course.provider = self.short("provider", provider, PROVIDER)
        self.course.code = plain_line(code)
        if len(self.course.code) > CODE or has_cpr(code):
            self.add_note("code", _("This cannot be a course code; it was left out. A code has at most 60 characters."))
            self.course.code = ""
        self.course.key = identifier(key, KEY)
        for field, text in (("title", self.course.title), ("provider", self.course.provider)):
            if lost_letter(text):
                message = _("“%(value)s” has signs where æ, ø and å were lost. Save the file as CSV with UTF-8.")
                self.course.is_unusable = True
                self.add_problem(field, message % {"value": for_message(text)})
        if not self.course.title:
            self.course.is_unusable = True
            self.add_problem("title", _("This is empty; it must be filled in."))

    def set_fields(self, texts: Mapping[str, str]) -> None:
        """Set the fields of the course itself, those that are in the file."""
        fields = self.course.fields
        for field, limit in COURSE_LIMITS.items():
            if field in texts:
                fields[field] = self.short(field, texts[field], limit)
        if "description" in texts:
            fields["description"] = plain_lines(texts["description"])
        if "price" in texts:
            fields["price"] = self.value("price", texts["price"], values.price)
        if "url" in texts:
            fields["url"] = self.link("url", texts["url"])
        for field, most in (("ects", 300), ("days", 999)):
            if field in texts:
                fields[field] = self.value(field, texts[field], partial(values.points, most=most))
        self._set_days()
        if texts.get("kind"):
            kind = kind_of(texts["kind"])
            if kind:
                fields["kind"] = kind
            else:
                message = _("“%(value)s” is no kind of course that is known here. Write for instance AMU or diploma.")
                self.add_note("kind", message % {"value": for_message(texts["kind"])})
        if "signup_email" in texts:
            fields["signup_email"] = self._email(texts["signup_email"].strip())

    def _set_days(self) -> None:
        """Take the days from the length, if it gives days. A length written for machines is not shown to people.

        In a table that has a column for days, a length that is only a number is a number of days too.
        """
        fields = self.course.fields
        duration = fields.get("duration", "")
        is_number = duration.replace(".", "", 1).isdecimal()
        if duration and fields.get("days") is None:
            days = values.days_in(f"{duration} dage" if is_number and "days" in fields else duration)
            if days is not None:
                fields["days"] = days
        if duration and (is_number or values.ISO_LENGTH.fullmatch(duration)):
            fields["duration"] = ""
            if fields.get("days") is None:
                message = _("“%(value)s” does not say how long in words. Write for instance 3 days.")
                self.add_note("duration", message % {"value": for_message(duration)})

    def _email(self, text: str) -> str:
        try:
            if text:
                validate_email(text)
                if len(text) > 254 or has_cpr(text):
                    raise ValidationError("")
        except ValidationError:
            message = _("“%(value)s” is not an e-mail. Write it as name@example.dk, or leave it empty.")
            self.add_note("signup_email", message % {"value": for_message(text)})
            return ""
        return text.lower()

    def add_run(self, texts: Mapping[str, str], *, key: str, title: str = "", country: str = "") -> RunRow | None:
        """Add a run to the course. None, with a note or problem, when its days are missing or wrong.

        `country` is that of the postcode, in small letters; '' is Denmark.
        """
        days = self._days(texts)
        if days is None:
            return None
        fields: dict[str, Any] = {"starts_on": days[0], "ends_on": days[1]}
        if title:
            fields["title"] = self.short("run_title", title, TITLE)
        for field, limit in RUN_LIMITS.items():
            if field in texts:
                fields[field] = self.short(field, texts[field], limit)
        if "postcode" in texts:
            fields["postcode"] = self.short("postcode", texts["postcode"], POSTCODE)
            fields["region"] = region_of(fields["postcode"]) if country in IN_DENMARK else ""
        for field in ("price", "extra_price"):
            if field in texts:
                fields[field] = self.value(field, texts[field], values.price)
        for field in ("seats", "taken", "minimum_participants"):
            if field in texts:
                fields[field] = self.value(field, texts[field], values.number)
        if "url" in texts:
            fields["url"] = self.link("url", texts["url"])
        for field in ("signup_deadline", "cancel_by"):
            if field in texts:
                fields[field] = self._deadline(field, texts[field], days[1])
        if texts.get("mode"):
            mode = mode_of(texts["mode"])
            if mode:
                fields["mode"] = mode
            else:
                message = _("“%(value)s” does not say whether it is on site or online.")
                self.add_note("mode", message % {"value": for_message(texts["mode"])})
        yes = {field: self._yes(field, texts[field]) for field in ("guaranteed", "cancelled") if field in texts}
        if yes.get("guaranteed") is not None:
            fields["guaranteed"] = yes["guaranteed"]
        run = RunRow(self.row, identifier(key, RUN_KEY), fields, yes.get("cancelled"))
        self.course.runs.append(run)
        return run

    def _yes(self, field: str, text: str) -> bool | None:
        answer = yes_or_no(text)
        if answer is None:
            self.add_note(field, _("“%(value)s” is neither yes nor no.") % {"value": for_message(text)})
        return answer

    def _deadline(self, field: str, text: str, last: date) -> date | None:
        deadline = self.value(field, text, values.day)
        if deadline is not None and deadline > last:
            self.add_note(field, _("This day is after the last day of the course date; it was left out."))
            return None
        return deadline

    def _days(self, texts: Mapping[str, str]) -> tuple[date, date] | None:
        """The first and last day. A course of one day needs no last day; for any other it is not guessed.

        A start in words, such as “løbende”, is kept as the course's own text; there is then no course date.
        """
        start = texts.get("starts_on", "")
        if self._is_in_words(start):
            self.course.incomplete = True
            self._add_start_text(start)
            return None
        days: dict[str, date | None] = {}
        for field in ("starts_on", "ends_on"):
            try:
                days[field] = values.day(texts.get(field, ""))
            except BadValue as error:
                self.course.incomplete = True
                if field == "ends_on" and is_words(texts[field]):
                    self.add_note(field, str(error))
                else:
                    self.add_problem(field, str(error))
        if len(days) < 2:
            return None
        starts, ends = days["starts_on"], days["ends_on"]
        if starts is not None and ends is None and self.course.fields.get("days") == ONE_DAY:
            ends = starts
        if starts is None or ends is None:
            if starts or ends:
                self.course.incomplete = True
                field = "starts_on" if starts is None else "ends_on"
                self.add_note(
                    field, _("This day is missing: the course is imported without this course date. Write the day.")
                )
            return None
        if ends < starts:
            self.course.incomplete = True
            words = {"first": starts.isoformat(), "last": ends.isoformat()}
            self.add_problem("ends_on", _("The last day, %(last)s, is before the first, %(first)s.") % words)
            return None
        return starts, ends

    def _add_start_text(self, start: str) -> None:
        """Keep a start in words; several of a course one after the other."""
        known = self.course.fields.get("start_text", "")
        start = plain_line(start)
        if start not in known.split("; "):
            joined = f"{known}; {start}" if known else start
            self.course.fields["start_text"] = self.short("starts_on", joined, COURSE_LIMITS["start_text"])

    def _is_in_words(self, start: str) -> bool:
        if not is_words(start):
            return False
        try:
            values.day(start)
        except BadValue:
            return not values.looks_like_day(start)
        return False
