"""Courses and course dates in words: each fact with its label, in the order in which people ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from udbytte.domain.money import cancellation_terms
from udbytte.models import Course, CourseRun, Mode
from udbytte.models.formatting import day, days, deadline, kroner, short_day


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact about a course or a course date; `value` is empty if it is not known."""

    label: str
    value: str
    url: str = ""


def known_facts(facts: list[Fact]) -> list[Fact]:
    """The facts that have a value."""
    return [fact for fact in facts if fact.value]


def decimal_text(value: Decimal | None) -> str:
    """A number in the reader's language: 10, or 7,5 in Danish."""
    return "" if value is None else number_format(value.normalize(), use_l10n=True)


def duration_of(course: Course) -> str:
    """How long the course takes."""
    if course.days is None:
        return course.duration
    return ngettext("%(days)s day", "%(days)s days", 1 if course.days == 1 else 2) % {"days": decimal_text(course.days)}


def points_of(course: Course) -> str:
    return _("%(points)s ECTS points") % {"points": decimal_text(course.ects)} if course.ects is not None else ""


def dates_of(run: CourseRun, on: date) -> str:
    """The first and the last day of a course date."""
    first, last = run.starts_on, run.ends_on
    return short_day(first, on) if first == last else days(first, last, on)


def place_of(run: CourseRun) -> str:
    """Where the course is held, in few words."""
    if run.mode == Mode.ONLINE:
        return _("online")
    return run.place or str(run.get_region_display()) or str(run.get_mode_display())


def price_of(run: CourseRun) -> str:
    """The whole price, and how much of it is added to the price of the course itself."""
    cost = run.cost
    if cost is None:
        return ""
    total = kroner(cost) if cost else _("free of charge")
    if not run.extra_price:
        return total
    words = {"price": kroner(cost - run.extra_price), "extra": kroner(run.extra_price), "all": total}
    return _("%(all)s (%(price)s and %(extra)s on top)") % words


def seats_of(run: CourseRun) -> str:
    """How many seats there are and how many of them are free, as far as we know."""
    if run.seats is None:
        return ""
    free = run.free_seats
    if free is None:
        return ngettext("%(seats)s place", "%(seats)s places", run.seats) % {"seats": run.seats}
    if free == 0:
        return _("all %(seats)s places are taken") % {"seats": run.seats}
    return _("%(free)s of %(seats)s places free") % {"free": free, "seats": run.seats}


def _cancelling(run: CourseRun, on: date) -> str:
    """Until when cancelling is free, and what it costs later (by the rule of `cancellation_terms`)."""
    price = run.cost or 0
    last = run.cancel_by or run.signup_deadline
    if last is None or not price:
        return ""
    later = max(last, on) + timedelta(days=1)
    terms = cancellation_terms(price=price, signup_deadline=last, cancel_cost=run.cancel_cost, on=later)
    words = {"day": deadline(last, on), "cost": kroner(terms.cost)}
    if terms.cost == price:
        return _("%(day)s. After that you pay the whole price") % words
    return (
        _("%(day)s. After that it costs %(cost)s") % words
        if terms.cost
        else _("%(day)s. After that it is free too") % words
    )


def summary_of(course: Course) -> str:
    """The course in one line: kind, provider, length and points."""
    facts = (str(course.get_kind_display()), course.provider, duration_of(course), points_of(course))
    return " · ".join(fact for fact in facts if fact)


def course_facts(course: Course) -> list[Fact]:
    """The facts about a course that do not depend on its date."""
    price = "" if course.price is None else kroner(course.price) if course.price else _("free of charge")
    return [
        Fact(_("Kind"), str(course.get_kind_display())),
        Fact(_("Provider"), course.provider),
        Fact(_("Course code"), course.code),
        Fact(_("Subject"), course.subject),
        Fact(_("Level"), course.level),
        Fact(_("How long"), duration_of(course)),
        Fact(_("Starts"), course.start_text),
        Fact(_("ECTS points"), decimal_text(course.ects)),
        Fact(_("Price, ex VAT"), price),
        Fact(_("E-mail for registrations"), course.signup_email, f"mailto:{course.signup_email}"),
        Fact(_("Link"), course.url, course.url),
    ]


def run_facts(run: CourseRun, on: date) -> list[Fact]:
    """What a participant needs to know about a course date."""
    least = run.minimum_participants
    held = _("however few come") if run.guaranteed else _("from %(least)s participants on") if least else ""
    postcode = run.postcode if run.mode != Mode.ONLINE else ""
    there = ", ".join(
        part for part in (run.place, run.address, postcode if postcode not in run.address else "") if part
    )
    return [
        Fact(_("When"), dates_of(run, on)),
        Fact(_("Hours"), run.hours),
        Fact(_("Where"), str(run.get_mode_display())),
        Fact(_("How to get there"), there),
        Fact(_("Bring and prepare"), run.bring),
        Fact(_("Sign up by"), deadline(run.signup_deadline, on) if run.signup_deadline else ""),
        Fact(_("Cancel by"), _cancelling(run, on)),
        Fact(_("Price, ex VAT"), price_of(run)),
        Fact(_("Seats"), seats_of(run)),
        Fact(_("Is held"), held % {"least": least}),
        Fact(_("Link"), run.url, run.url),
        Fact(_("Known from the provider on"), day(run.retrieved_on, on) if run.retrieved_on else ""),
    ]


def why_closed(run: CourseRun, on: date) -> str:
    """Why nobody can register for a course date any more."""
    if run.cancelled_on is not None:
        return _("cancelled on %(day)s") % {"day": day(run.cancelled_on, on)}
    if run.withdrawn_on is not None:
        return _("no longer offered, since %(day)s") % {"day": day(run.withdrawn_on, on)}
    if run.ends_on < on:
        return _("has passed")
    return _("has begun") if run.starts_on <= on else _("sign-up has closed")
