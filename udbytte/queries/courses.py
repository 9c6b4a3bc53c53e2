"""The catalogue of courses, searched by words, kind and day. Courses are nobody's secret: everybody sees them all."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from ..models import Course, CourseRun


def open_runs(on: date) -> QuerySet[CourseRun]:
    """Runs that can still be joined on the day: the sign-up deadline, or else the first day, lies ahead."""
    in_time = Q(signup_deadline__gte=on) | Q(signup_deadline__isnull=True, starts_on__gte=on)
    return CourseRun.objects.filter(in_time, cancelled_on__isnull=True, withdrawn_on__isnull=True)


def courses(*, on: date, words: str = "", kind: str = "", begins_from: date | None = None) -> QuerySet[Course]:
    """Courses in which every word occurs in title, provider or code, each with `next_start`, its next first day.

    `begins_from` keeps those with a run that begins on that day or later and can still be joined.
    """
    ahead = Q(runs__in=open_runs(on))
    found = Course.objects.annotate(next_start=Min("runs__starts_on", filter=ahead))
    for word in words.split():
        found = found.filter(Q(title__icontains=word) | Q(provider__icontains=word) | Q(code__icontains=word))
    if kind:
        found = found.filter(kind=kind)
    if begins_from is not None:
        later = open_runs(on).filter(course=OuterRef("pk"), starts_on__gte=begins_from)
        found = found.filter(Exists(later))
    return found.order_by("title", "pk")
