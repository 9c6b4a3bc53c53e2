"""A course that is entered by hand stays in the catalogue and is found again."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.cast import TODAY, Cast
from udbytte.models import Course, CourseRun
from udbytte.queries.courses.catalogue import courses_by_words
from udbytte.services.courses.catalogue import add_run, enter_course
from udbytte.services.errors import MissingFact, NotPermitted, Refused

pytestmark = pytest.mark.django_db
DAYS: dict[str, Any] = {"starts_on": date(2026, 9, 1), "ends_on": date(2026, 9, 2)}


def test_a_course_from_a_link_stays_in_the_catalogue(cast: Cast) -> None:
    run = enter_course(
        by=cast.mette, on=TODAY, title=" Tegn til tale ", url="https://kurser.example/tegn", price=3200,
        provider="Engskolen", place="Odense", signup_deadline=date(2026, 8, 1), **DAYS,
    )  # fmt: skip
    assert (run.course.title, run.course.entered_by_hand, run.cost) == ("Tegn til tale", True, 3200)
    first, *_similar = courses_by_words(on=TODAY, words="tegn engskolen")
    assert first.title == "Tegn til tale"


def test_the_same_course_twice_is_one_course_and_the_same_dates_one_run(cast: Cast) -> None:
    given: dict[str, Any] = {"title": "Tegn til tale", "url": "https://kurser.example/tegn"}
    first = enter_course(by=cast.mette, on=TODAY, **given, **DAYS)
    again = enter_course(by=cast.lars, on=TODAY, **given, **DAYS)
    later = enter_course(by=cast.lars, on=TODAY, **given, starts_on=date(2026, 10, 1), ends_on=date(2026, 10, 1))
    assert (first.pk, first.course_id) == (again.pk, later.course_id)
    assert first.course.runs.count() == 2


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "ftp://kurser.example/x", "https://", "//x", "http://[", "www.x.dk"],
)
def test_only_addresses_of_the_web_are_links(cast: Cast, url: str) -> None:
    with pytest.raises(Refused) as refused:
        enter_course(by=cast.mette, on=TODAY, title="Kursus", url=url, **DAYS)
    assert refused.value.field == "url"
    assert Course.objects.count() == 1


def test_a_course_needs_a_title_and_dates_in_order(cast: Cast) -> None:
    with pytest.raises(MissingFact):
        enter_course(by=cast.mette, on=TODAY, title=" ", **DAYS)
    with pytest.raises(Refused):
        enter_course(by=cast.mette, on=TODAY, title="X", starts_on=date(2026, 9, 2), ends_on=date(2026, 9, 1))
    with pytest.raises(Refused):
        enter_course(by=cast.mette, on=TODAY, title="X", signup_deadline=date(2026, 9, 3), **DAYS)
    assert (Course.objects.count(), CourseRun.objects.count()) == (1, 1)


def test_who_has_left_enters_nothing(cast: Cast) -> None:
    cast.mette.is_active = False
    with pytest.raises(NotPermitted):
        enter_course(by=cast.mette, on=TODAY, title="X", **DAYS)
    with pytest.raises(NotPermitted):
        add_run(cast.run.course, by=cast.mette, on=TODAY, **DAYS)


def test_the_catalogue_is_searched_by_words_kind_and_day(cast: Cast) -> None:
    enter_course(by=cast.mette, on=TODAY, title="Excel", kind="e_learning", provider="Engskolen", **DAYS)
    old = enter_course(
        by=cast.mette,
        on=TODAY,
        title="Word",
        provider="Skovskolen",
        starts_on=date(2026, 1, 5),
        ends_on=date(2026, 1, 5),
    )

    def titles(**wanted: object) -> list[str]:
        return [course.title for course in courses_by_words(on=TODAY, **wanted)]  # type: ignore[arg-type]

    assert titles() == ["Excel", "Konflikthåndtering i hverdagen", "Word"]
    assert titles(words="engskolen KONFLIKT")[0] == "Konflikthåndtering i hverdagen"
    assert titles(words="47110") == ["Konflikthåndtering i hverdagen"]
    assert titles(kind="e_learning") == ["Excel"]
    assert titles(begins_from=date(2026, 6, 9)) == ["Excel"]
    assert titles(begins_from=date(2026, 1, 1)) == ["Excel", "Konflikthåndtering i hverdagen"]
    assert {course.title: course.next_start for course in courses_by_words(on=TODAY)}["Word"] is None  # type: ignore[attr-defined]
    assert old.course.runs.count() == 1
