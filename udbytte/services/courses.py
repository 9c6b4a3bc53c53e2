"""Courses and their runs, entered by hand in a minute; they stay in the catalogue for everybody."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlsplit

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from ..models import Course, CourseKind, CourseRun, Mode, Person
from .errors import MissingFact, NotPermitted, Refused


def _save(row: models.Model) -> None:
    """Save a row that keeps all rules of its model, else Refused with the first thing that is wrong."""
    try:
        row.full_clean()
    except ValidationError as error:
        field, said = next(iter(error.message_dict.items()))
        raise Refused(said[0], "" if field == NON_FIELD_ERRORS else field) from None
    row.save()


def _web_address(url: str) -> str:
    """The link as it was given, when a browser may follow it: only http and https, with a host."""
    url = url.strip()
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if url and (parts.scheme not in ("http", "https") or not parts.netloc):
        raise Refused(_("The link must begin with https:// or http://."), "url")
    return url


def _may_enter(by: Person | None) -> None:
    if by is not None and not by.is_active:
        raise NotPermitted


@transaction.atomic
def enter_course(
    *,
    by: Person | None,
    on: date,
    title: str,
    starts_on: date,
    ends_on: date,
    provider: str = "",
    kind: str = CourseKind.PRIVATE,
    price: int | None = None,
    url: str = "",
    place: str = "",
    mode: str = Mode.ON_SITE,
    signup_deadline: date | None = None,
) -> CourseRun:
    """Enter a course with its first run; anybody who works here may. Price in whole kroner, ex VAT.

    A course of the same title and provider (or link) gets the run instead of a twin. Raises MissingFact without a
    title, Refused for a link that is no web address and for dates in the wrong order.
    """
    _may_enter(by)
    if not title.strip():
        raise MissingFact("title")
    url = _web_address(url)
    same = Course.objects.filter(title__iexact=title.strip())
    same = same.filter(url=url) if url else same.filter(provider__iexact=provider.strip())
    course = same.order_by("pk").first()
    if course is None:
        course = Course(
            title=title.strip(), provider=provider.strip(), kind=kind, price=price, url=url, entered_by_hand=True
        )
        _save(course)
    return add_run(
        course,
        by=by,
        on=on,
        starts_on=starts_on,
        ends_on=ends_on,
        place=place,
        mode=mode,
        price=price,
        signup_deadline=signup_deadline,
    )


@transaction.atomic
def add_run(
    course: Course,
    *,
    by: Person | None,
    on: date,
    starts_on: date,
    ends_on: date,
    place: str = "",
    mode: str = Mode.ON_SITE,
    price: int | None = None,
    signup_deadline: date | None = None,
) -> CourseRun:
    """Add a run (hold) to a course; the same dates at the same place are the run that is there already.

    `on` is the day on which the dates were read from the provider. Price in whole kroner, ex VAT; None: the course's.
    """
    _may_enter(by)
    there = course.runs.filter(starts_on=starts_on, ends_on=ends_on, place__iexact=place.strip()).first()
    if there is not None:
        return there
    run = CourseRun(
        course=course,
        starts_on=starts_on,
        ends_on=ends_on,
        place=place.strip(),
        mode=mode,
        price=price,
        signup_deadline=signup_deadline,
        retrieved_on=on,
    )
    _save(run)
    return run
