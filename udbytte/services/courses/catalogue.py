"""Courses and course dates that people enter by hand. They stay in the catalogue for everybody."""

from __future__ import annotations

from datetime import date
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import nh3
from django.db import models, transaction
from django.utils.translation import gettext as _

from udbytte.domain.lifecycle import Event
from udbytte.domain.places import region_of
from udbytte.models import Agreement, Course, CourseRun, Mode, Person
from udbytte.services.agreements.take_step import take_step
from udbytte.services.errors import MissingFact, NotPermitted, Refused, save_row
from udbytte.services.locks import Lock, lock_row, lock_rows_in_order, wait_for_lock

from .run_reports import end_cancellation, facts_before
from .runs import follow_moved_run, lose_run, require_course_editor

COURSE_FACTS = frozenset(
    "title url provider kind code subject level ects days price duration description signup_email".split()
)
RUN_FACTS = frozenset(
    "starts_on ends_on signup_deadline place postcode address hours bring url mode price extra_price cancel_by"
    " cancel_cost seats taken minimum_participants guaranteed".split()
)
LONG_TEXTS = ("description", "bring")
# Participants are notified if one of these changes.
MOVES = ("starts_on", "ends_on", "place", "hours", "mode")


def strip_markup(text: str) -> str:
    """The text without markup."""
    return unescape(nh3.clean(text, tags=set())).strip()


@transaction.atomic
def enter_course(
    *, by: Person | None, on: date, title: str, starts_on: date, ends_on: date, url: str = "", **facts: Any
) -> CourseRun:
    """Enter a course with its first course date. Everybody who works here may do it.

    `facts` are others of `COURSE_FACTS` and `RUN_FACTS`. If there is a course with the same title and provider (or
    link), or with the provider's same code, the course date is added to that one. Prices in whole kroner, ex VAT.
    Raises MissingFact without a title, and Refused for a link that is no web address or for dates in the wrong order.
    Only a coordinator or HR enters the email for registrations; NotPermitted for others.
    """
    _may_enter(by)
    if facts.get("signup_email"):
        require_course_editor(by, on)
    if not title.strip():
        raise MissingFact("title")
    about = {name: value for name, value in facts.items() if name in COURSE_FACTS}
    about = _cleaned(about | {"title": title, "url": url}, COURSE_FACTS)
    run = {name: value for name, value in facts.items() if name in RUN_FACTS or name not in COURSE_FACTS}
    wait_for_lock(Lock.COURSES)  # of two equal requests at once, the second finds the first one's course
    course = _same(about)
    if course is None:
        course = Course(entered_by_hand=True)
        _apply(course, about)
        course.signup_email_by = by if course.signup_email else None
        save_row(course)
    return add_run(course, by=by, on=on, starts_on=starts_on, ends_on=ends_on, **run)


def _may_enter(by: Person | None) -> None:
    if by is not None and not by.is_active:
        raise NotPermitted


def _apply(row: models.Model, facts: dict[str, Any]) -> None:
    for name, value in facts.items():
        setattr(row, name, value)


def _cleaned(facts: dict[str, Any], known: frozenset[str]) -> dict[str, Any]:
    """The facts without blanks at both ends and without markup.

    An unknown fact is a mistake of the caller (TypeError).
    """
    if unknown := facts.keys() - known:
        raise TypeError(f"no such facts: {sorted(unknown)}")
    cleaned = {name: value.strip() if isinstance(value, str) else value for name, value in facts.items()}
    cleaned |= {name: strip_markup(cleaned[name]) for name in LONG_TEXTS if cleaned.get(name)}
    if "url" in cleaned:
        cleaned["url"] = _web_address(cleaned["url"])
    return cleaned


def _web_address(url: str) -> str:
    """The link as it was given. Refused unless it is http or https with a host."""
    url = url.strip()
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if url and (parts.scheme not in ("http", "https") or not parts.netloc):
        raise Refused(_("The link must begin with https:// or http://."), "url")
    return url


def _same(about: dict[str, Any]) -> Course | None:
    """The course that exists already, if any."""
    provider, code = about.get("provider", ""), about.get("code", "")
    if code and (coded := Course.objects.filter(code=code, provider=provider).first()):
        return coded
    same = Course.objects.filter(title__iexact=about["title"])
    same = same.filter(url=about["url"]) if about["url"] else same.filter(provider__iexact=provider)
    return same.order_by("pk").first() if not code else same.filter(code="").order_by("pk").first()


@transaction.atomic
def add_run(
    course: Course, *, by: Person | None, on: date, starts_on: date, ends_on: date, place: str = "", **facts: Any
) -> CourseRun:
    """Add a course date to a course. If the course has the same dates at the same place, that course date is returned.

    `on` is the day on which the dates were read from the provider. `facts` are others of `RUN_FACTS`. Prices in whole
    kroner, ex VAT; without a price the course's price counts.
    """
    _may_enter(by)
    lock_rows_in_order(Course, [course.pk])
    existing = course.runs.filter(starts_on=starts_on, ends_on=ends_on, place__iexact=place.strip()).first()
    if existing is not None:
        return existing
    run = CourseRun(course=course, retrieved_on=on)
    _apply_run(run, {**facts, "starts_on": starts_on, "ends_on": ends_on, "place": place})
    save_row(run)
    return run


def _apply_run(run: CourseRun, facts: dict[str, Any]) -> None:
    """Set the facts of a course date. Its region follows from the postcode; an online course has no region.

    Refused if the last day to cancel or the number of taken seats is impossible.
    """
    _apply(run, _cleaned(facts, RUN_FACTS))
    if run.mode == Mode.ONLINE:
        run.region = ""
    elif "postcode" in facts:
        run.region = region_of(run.postcode)
    if run.cancel_by is not None and run.cancel_by > run.ends_on:
        raise Refused(_("The day to cancel by is after the last day."), "cancel_by")
    if run.seats is not None and run.taken is not None and run.taken > run.seats:
        raise Refused(_("More places are taken than there are."), "taken")


@transaction.atomic
def edit_course(course: Course, *, by: Person | None, on: date, **facts: Any) -> Course:
    """Correct a course. `facts` are of `COURSE_FACTS`; facts that are left out stay. Returns the changed course.

    Raises NotPermitted unless a coordinator or HR, MissingFact if the title is empty, and Refused if another course of
    the provider has the code.
    """
    require_course_editor(by, on)
    row = Course.objects.select_for_update().get(pk=course.pk)
    address = row.confirmed_signup_email
    _apply(row, _cleaned(facts, COURSE_FACTS))
    if "signup_email" in facts and row.signup_email != address:
        row.signup_email_by = by
    if not row.title:
        raise MissingFact("title")
    transfers = Course.objects.filter(provider=row.provider, code=row.code).exclude(pk=row.pk)
    if row.code and transfers.exists():
        raise Refused(_("Another course of this provider has that code."), "code")
    save_row(row)
    return row


@transaction.atomic
def edit_run(
    run: CourseRun, *, by: Person | None, on: date, cancelled: bool | None = None, why: str = "", **facts: Any
) -> CourseRun:
    """Correct a course date. `facts` are of `RUN_FACTS`; facts that are left out stay. Returns the changed course date.

    1. `cancelled` says whether the provider has cancelled it (None: no change); `why` is the reason.
    2. If it is cancelled, the employees on it are notified and must find another. If its days or place have changed and
       it is not over, they are notified of the change.

    Raises NotPermitted unless a coordinator or HR, and Refused for impossible facts.
    """
    require_course_editor(by, on)
    row = lock_row(CourseRun.objects.select_related("course"), run.pk)
    before, facts_then = [getattr(row, name) for name in MOVES], facts_before(row)
    _apply_run(row, facts)
    lost = bool(cancelled) and row.cancelled_on is None
    if cancelled is not None:
        row.cancelled_on = (row.cancelled_on or on) if cancelled else None
    row.retrieved_on = on
    save_row(row)
    if cancelled is False:
        end_cancellation(row)
    if lost:
        lose_run(row, why=why.strip() or _("The provider has cancelled the course date."), by=by, on=on)
    elif row.is_held and row.ends_on >= on and before != [getattr(row, name) for name in MOVES]:
        follow_moved_run(row, by=by, on=on, before=facts_then)
    return row


@transaction.atomic
def choose_entered_run(agreement: Agreement, *, by: Person, on: date, turn: int, **course: Any) -> Agreement:
    """Enter a course from its page (see `enter_course`) and choose its course date, in one transaction."""
    run = enter_course(by=by, on=on, **course)
    return take_step(agreement, Event.CHOOSE_RUN, by=by, on=on, turn=turn, run=run)
