"""Everyday needs find their courses among the first five."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from random import Random

import pytest

from tests.cast import TODAY
from udbytte.demo.courses import entries, make_courses
from udbytte.models import Course
from udbytte.queries.courses.catalogue import CourseFilter, find_courses
from udbytte.queries.courses.words import has_word, place_of, wanted_by

from .needs import NEEDS, OTHER_NEEDS, Need

pytestmark = pytest.mark.django_db
FIRST = 5
LEAST_RIGHT = 55
LEAST_OTHERS_RIGHT = 8


def first_titles(words: str) -> list[str]:
    """The titles that a person sees first."""
    shown = find_courses(CourseFilter(words=words), on=TODAY, skip=0, size=FIRST)
    return [course.title for course in shown.courses]


def test_each_need_is_about_courses_of_the_catalogue() -> None:
    titles = {entry.title for entry in entries()}
    every = (*NEEDS, *OTHER_NEEDS)
    assert (len(NEEDS), len(OTHER_NEEDS)) == (60, 15)
    assert len({need.words for need in every}) == len(every)
    assert {title for need in every for title in need.titles} <= titles
    assert len({need.job for need in NEEDS}) >= 20


@pytest.mark.parametrize(("needs", "least"), [(NEEDS, LEAST_RIGHT), (OTHER_NEEDS, LEAST_OTHERS_RIGHT)])
def test_everyday_needs_find_their_courses_among_the_first_five(needs: Sequence[Need], least: int) -> None:
    make_courses(first=TODAY - timedelta(days=100), last=TODAY, rng=Random(1))
    titles = {need: first_titles(need.words) for need in needs}
    missed = [need for need in needs if not set(need.titles) <= set(titles[need])]
    lines = "\n".join(f"{need.words}: {need.titles} not in {titles[need]}" for need in missed)
    assert len(needs) - len(missed) >= least, f"{len(needs) - len(missed)} right\n{lines}"


def test_a_course_has_a_word_exactly_where_the_word_has_a_place() -> None:
    make_courses(first=TODAY - timedelta(days=100), last=TODAY, rng=Random(1))
    wanted = {word for need in (*NEEDS, *OTHER_NEEDS) for word in wanted_by(need.words)}
    for word in wanted:
        courses = Course.objects.annotate(place=place_of(word), there=has_word(word))
        wrong = [course.title for course in courses if course.there == (course.place is None)]
        assert not wrong, word
    assert any(Course.objects.filter(has_word(word)).exists() for word in wanted)
