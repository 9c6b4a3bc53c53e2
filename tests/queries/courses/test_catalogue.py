"""The catalogue is searched in Danish, filtered and sorted."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests.cast import TODAY
from udbytte.domain.search.terms import meanings_of
from udbytte.models import Course, CourseRun
from udbytte.queries.courses.catalogue import (
    ONLINE,
    CourseFilter,
    courses_by_words,
    find_courses,
    matching_courses,
    next_runs,
    open_runs,
)
from udbytte.queries.courses.words import Wanted, wanted_by

pytestmark = pytest.mark.django_db
SOON = date(2026, 6, 1)


def make(title: str, **fields: Any) -> Course:
    return Course.objects.create(title=title, **fields)


def run(course: Course, starts_on: date = SOON, **fields: Any) -> CourseRun:
    return CourseRun.objects.create(course=course, starts_on=starts_on, ends_on=starts_on, **fields)


def titles(words: str = "", **wanted: Any) -> list[str]:
    return [course.title for course in matching_courses(CourseFilter(words=words, **wanted), on=TODAY)]


def first(words: str) -> list[str]:
    """What a person sees, also where the search is widened."""
    return [course.title for course in find_courses(CourseFilter(words=words), on=TODAY, skip=0, size=20).courses]


def corrected(words: str) -> str:
    return find_courses(CourseFilter(words=words), on=TODAY, skip=0, size=20).corrected


@pytest.mark.parametrize(
    "words",
    [
        "konflikthåndtering",
        "KONFLIKTHÅNDTERING",
        "konflikthaandtering",
        "konflikt",  # inside the compound
        "konflikter",  # its stem inside the compound
        "håndteringer",
        "hverdag",
        "konflikt hverdagen",
        "konflikt i en hverdag",
        "engskolen konflikt",
        "47110",
        "47 110",
        "konflikthåndt",  # half written
        "omsorg",  # in the description
        "omsorgen",
        "arbejdsmiljø",  # the subject
        "arbejdsmiljoe",
    ],
)
def test_a_course_is_found_as_people_write(words: str) -> None:
    make(
        "Konflikthåndtering i hverdagen",
        provider="Engskolen",
        code="47110",
        subject="Arbejdsmiljø",
        description="For dig, der arbejder med omsorg.",
    )
    make("Regneark", provider="Kontorskolen")
    assert titles(words) == ["Konflikthåndtering i hverdagen"]


def test_a_word_is_found_inside_a_compound() -> None:
    make("Kompetenceudvikling")
    assert titles("udvikling") == titles("udviklinger") == ["Kompetenceudvikling"]


@pytest.mark.parametrize("words", ["konflikt regneark", "47111", "xyzzy", "課程", "%", "_", "'", "\\", "led"])
def test_all_words_must_be_there(words: str) -> None:
    make("Konflikthåndtering", code="47110")
    make("Regneark 100")
    assert titles(words) == []


def test_a_short_stem_is_not_looked_for_inside_words() -> None:
    make("Vejledning af unge")
    make("Teamets ledere")
    assert titles("ledelse") == ["Teamets ledere"]


def test_what_fits_best_comes_first() -> None:
    make("A", description="Om ledelse.")
    make("B", subject="Ledelse")
    make("Projektledelse")
    make("Lederne og økonomien")
    make("Ny i ledelse")
    make("Ledelse tæt på driften")
    make("Z", code="ledelse")
    assert titles("ledelse") == [
        "Z", "Ledelse tæt på driften", "Ny i ledelse", "Lederne og økonomien", "Projektledelse", "B", "A",
    ]  # fmt: skip


def test_a_mistyped_word_is_put_right_and_the_others_stay_as_they_are_written() -> None:
    make("Konflikthåndtering på arbejdet", provider="Engskolen")
    assert corrected("konflikthåndtreing") == "konflikthåndtering"
    assert corrected("Konflikthaandtreing Engskolen") == "konflikthåndtering engskolen"
    assert corrected("konflikthåndtreing helikopter") == "konflikthåndtering"
    assert corrected("konflikt arbejde") == ""  # nothing to put right
    assert corrected("helikopter") == corrected("") == ""


@pytest.mark.parametrize("words", ["ai", "AI", "chatgpt", "chatgbt", "kunstig intelligens", "kursus i ai"])
def test_a_short_word_is_a_whole_word_or_a_known_term_and_no_part_of_others(words: str) -> None:
    for title in ("Supply Chain Management", "Svar på en vred mail", "Computer Aided Design", "Main Street"):
        make(title)
    make("Kunstig intelligens i opgaverne")
    make("AI for begyndere")
    assert set(first(words)) == {"Kunstig intelligens i opgaverne", "AI for begyndere"}


def test_it_means_what_the_catalogue_calls_so_before_what_is_meant_by_it() -> None:
    for title in ("Kvalitet i plejen", "Digitale møder", "Ritualer"):
        make(title)
    make("Formularer", subject="It-redskaber")
    make("It for begyndere")
    assert first("it") == first("IT") == ["It for begyndere", "Formularer", "Digitale møder"]


def test_a_word_of_three_letters_begins_a_compound_but_no_other_word() -> None:
    for title in ("Kørsel med sneplov", "Musik og rim", "MUS, der bliver til noget", "Vejsnedker"):
        make(title)
    assert titles("sne") == ["Kørsel med sneplov"]
    assert titles("mus") == ["MUS, der bliver til noget"]


@pytest.mark.parametrize("words", ["lære at programmere", "programmere", "programmør", "blive bedre til programmering"])
def test_everyday_words_find_the_subject_that_is_meant(words: str) -> None:
    make("Indledende programmering")
    make("Lær at lytte", description="Du lærer at lytte.")
    assert first(words) == ["Indledende programmering"]


def test_other_forms_of_a_word_and_known_terms_are_found() -> None:
    make("Projektledelse")
    make("Regnskab", description="Du lærer at styre et projekt og dets penge.")
    make("Ledelse")
    assert first("styring af projekter")[:2] == ["Projektledelse", "Regnskab"]
    assert first("vejledning") == []
    make("At vejlede unge")
    assert first("vejledning") == ["At vejlede unge"]


def test_a_typo_is_judged_by_how_often_the_words_occur() -> None:
    make("Computerspil: programering i en produktion")
    for number in range(6):
        make(f"Programmering {number}")
    assert first("programering")[0] == "Computerspil: programering i en produktion"
    assert len(first("programering")) == 7


def test_a_rare_word_may_be_right_so_its_own_courses_come_first() -> None:
    make("Til legeren")
    for number in range(6):
        make(f"Lederen {number}")
    assert first("legeren") == ["Til legeren", *(f"Lederen {number}" for number in range(6))]
    assert first("lejeren") == [f"Lederen {number}" for number in range(6)]


def test_a_known_term_that_no_course_has_is_looked_for_by_its_words() -> None:
    make("Digital hverdag")
    make("Post og journal")
    assert first("digital post") == ["Digital hverdag", "Post og journal"]
    assert wanted_by("ny it-sikkerhed i ai") == (
        Wanted("ny"),
        Wanted("it sikkerhed", meanings_of("it sikkerhed")),
        Wanted("ai", meanings_of("ai")),
    )


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("sprogstimulering", "Børns sprog"),
        ("sårbehandling", "Sårpleje trin for trin"),
        ("ukrudtsbekæmpelse", "Ukrudt uden gift"),
        ("vegetarmad", "Grøn mad til mange"),
    ],
)
def test_a_compound_that_no_course_has_is_looked_for_by_its_parts(words: str, title: str) -> None:
    for each in ("Børns sprog", "Sårpleje trin for trin", "Ukrudt uden gift", "Grøn mad til mange"):
        make(each)
    assert first(words) == [title]


def test_after_the_few_courses_with_all_words_come_those_with_most_of_them() -> None:
    make("Mad til børn", description="Også for allergikere.")
    make("Mad til mange")
    make("Allergi hos voksne")
    for number in range(5):
        make(f"Regneark {number}")
    found = find_courses(CourseFilter(words="mad allergi"), on=TODAY, skip=0, size=20)
    assert [course.title for course in found.courses] == ["Mad til børn", "Allergi hos voksne", "Mad til mange"]
    assert found.wider and not found.corrected and found.total == 3
    assert not find_courses(CourseFilter(words="regneark"), on=TODAY, skip=0, size=20).wider


def test_a_search_that_finds_enough_is_not_widened() -> None:
    for number in range(5):
        make(f"Mad og allergi {number}")
    make("Mad")
    assert len(first("mad allergi")) == 5


def test_filters_hold_in_a_widened_search() -> None:
    make("Konflikthåndtering", kind="amu")
    make("Konflikter", kind="private")
    filters = CourseFilter(words="konflikthåndtreing", kind="private")
    assert find_courses(filters, on=TODAY, skip=0, size=20).courses == []
    filters = CourseFilter(words="konflikthåndtreing", kind="amu")
    assert find_courses(filters, on=TODAY, skip=0, size=20).corrected == "konflikthåndtering"


def test_the_next_pages_of_a_widened_search_go_on_where_the_first_ended() -> None:
    make("Konflikt og regneark")
    Course.objects.bulk_create(Course(title=f"Noget andet {number}") for number in range(60))
    for number in range(30):
        make(f"Regneark {number:02}")
    filters = CourseFilter(words="konflikt regneark")
    pages = [find_courses(filters, on=TODAY, skip=skip, size=20) for skip in (0, 20, 40)]
    assert [page.total for page in pages[:2]] == [31, 31]
    assert pages[0].courses[0].title == "Konflikt og regneark"
    assert [len(page.courses) for page in pages] == [20, 11, 0]


def test_runs_that_are_over_full_cancelled_or_gone_are_not_open() -> None:
    course = make("Kursus")
    ahead = run(course)
    run(course, TODAY - timedelta(days=1))
    run(course, signup_deadline=TODAY - timedelta(days=1))
    run(course, cancelled_on=TODAY)
    run(course, withdrawn_on=TODAY)
    last_day = run(course, signup_deadline=TODAY)
    assert set(open_runs(TODAY)) == {ahead, last_day}


def test_each_filter_keeps_what_it_says() -> None:
    near = make("Nær", kind="amu", level="Grundniveau", provider="AMU Fjordbyen", price=624)
    far = make("Fjern", kind="diploma", ects=Decimal(10), provider="Skolen", price=12000)
    make("Uden hold", kind="private", ects=Decimal(5), price=500)
    run(near, SOON, region="north", seats=10, taken=9)
    run(far, date(2026, 9, 1), mode="online", seats=10, taken=10, extra_price=900)
    assert titles() == ["Fjern", "Nær", "Uden hold"]
    assert titles(kind="amu") == ["Nær"]
    assert titles(level="Grundniveau") == ["Nær"]
    assert titles(provider="fjord") == ["Nær"]
    assert titles(ects_from=5) == ["Fjern", "Uden hold"]
    assert titles(ects_from=10) == ["Fjern"]
    assert titles(where="north") == ["Nær"]
    assert titles(where="south") == []
    assert titles(where=ONLINE) == ["Fjern"]
    assert titles(free_seats=True) == ["Nær"]
    assert titles(still_open=True) == ["Fjern", "Nær"]
    assert titles(begins_from=date(2026, 7, 1)) == ["Fjern"]
    assert titles(begins_to=date(2026, 7, 1)) == ["Nær"]
    assert titles(begins_from=SOON, begins_to=SOON) == ["Nær"]
    assert titles(price_to=12899) == ["Nær", "Uden hold"]  # with what comes on top
    assert titles(price_to=12900) == ["Fjern", "Nær", "Uden hold"]


def test_one_and_the_same_run_must_fit_all_that_is_asked_of_runs() -> None:
    course = make("Kursus")
    run(course, SOON, region="north")
    run(course, date(2026, 9, 1), region="south")
    assert titles(where="south", begins_to=SOON) == []
    assert titles(where="north", begins_to=SOON) == ["Kursus"]


def test_courses_are_sorted_by_next_start_and_by_price_and_those_without_come_last() -> None:
    first, second = make("B", price=900), make("C", price=100)
    make("A")
    run(first, SOON)
    run(first, TODAY)
    run(second, date(2026, 4, 1), price=1200)
    assert titles(sort="start") == ["B", "C", "A"]
    assert titles(sort="price") == ["B", "C", "A"]
    assert titles(sort="title") == titles() == ["A", "B", "C"]
    courses = matching_courses(CourseFilter(), on=TODAY)
    assert [(course.next_start, course.least_cost) for course in courses] == [  # type: ignore[attr-defined]
        (None, None), (TODAY, 900), (date(2026, 4, 1), 1200),
    ]  # fmt: skip


def test_the_next_run_that_fits_is_shown() -> None:
    course = make("Kursus")
    run(course, date(2026, 4, 1), region="north")
    south = run(course, SOON, region="south")
    run(course, date(2026, 7, 1), region="south")
    assert next_runs([course], CourseFilter(where="south"), on=TODAY) == {course.pk: south}
    assert next_runs([course], CourseFilter(where="capital"), on=TODAY) == {}


def test_others_still_search_by_words_kind_and_day() -> None:
    run(make("Konflikthåndtering", kind="amu"))
    assert [course.title for course in courses_by_words(on=TODAY, words="konflikt", kind="amu", begins_from=SOON)]


class AnyWords(TestCase):
    @given(st.text(max_size=100))
    def test_any_words_can_be_searched_for(self, words: str) -> None:
        make("Konflikthåndtering", code="47110", description="% ' \\ :*")
        list(matching_courses(CourseFilter(words=words), on=TODAY)[:5])
        find_courses(CourseFilter(words=words), on=TODAY, skip=0, size=5)
