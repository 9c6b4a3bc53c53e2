"""Everyday needs find their courses among the first five."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from tests.cast import TODAY
from udbytte.demo.courses import entries, make_courses
from udbytte.queries.courses.catalogue import CourseFilter, corrected_query, page_of_courses

from .needs import NEEDS, Need

pytestmark = pytest.mark.django_db
FIRST = 5
LEAST_RIGHT = 27


def first_titles(words: str) -> list[str]:
    """The titles that a person sees first, after a correction if nothing is there."""
    courses, _total = page_of_courses(CourseFilter(words=words), on=TODAY, skip=0, size=FIRST)
    if not courses and (instead := corrected_query(words, finds_nothing=True)):
        courses, _total = page_of_courses(CourseFilter(words=instead), on=TODAY, skip=0, size=FIRST)
    return [course.title for course in courses]


def test_each_need_is_about_courses_of_the_catalogue() -> None:
    titles = {entry.title for entry in entries()}
    assert len(NEEDS) == len({need.words for need in NEEDS}) == 60
    assert {title for need in NEEDS for title in need.titles} <= titles
    assert len({need.job for need in NEEDS}) >= 20


def test_everyday_needs_find_their_courses_among_the_first_five() -> None:
    make_courses(first=TODAY - timedelta(days=100), last=TODAY, rng=Random(1))
    wrong: list[tuple[Need, list[str]]] = []
    for need in NEEDS:
        titles = first_titles(need.words)
        if not set(need.titles) <= set(titles):
            wrong.append((need, titles))
    told = "\n".join(f"{need.words}: {need.titles} not in {titles}" for need, titles in wrong)
    assert len(NEEDS) - len(wrong) >= LEAST_RIGHT, f"{len(NEEDS) - len(wrong)} right\n{told}"
