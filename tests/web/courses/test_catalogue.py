"""The pages of the catalogue: search, filters, comparison, the page of a course, corrections."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests.browsing import enter
from tests.cast import TODAY, Cast, make_cast
from udbytte.domain.lifecycle import Event
from udbytte.models import Course, CourseRun
from udbytte.queries.courses.catalogue import CourseFilter, find_courses, least_cost_of, matching_courses, runs_of
from udbytte.queries.courses.words import FEW
from udbytte.services.agreements.take_step import take_step
from udbytte.web.courses.forms import SearchForm

pytestmark = pytest.mark.django_db
SOON = date(2026, 6, 1)


def fill(number: int, **fields: Any) -> list[Course]:
    courses = [Course.objects.create(title=f"Kursus {place:02}", **fields) for place in range(number)]
    for course in courses:
        CourseRun.objects.create(course=course, starts_on=SOON, ends_on=SOON, place="Odense", seats=12, taken=3)
    return courses


def page(cast: Cast, path: str, **data: Any) -> str:
    response = enter(cast.mette).get(path, data)
    assert response.status_code == 200
    return response.content.decode()


def test_a_row_says_price_next_start_place_deadline_and_free_seats(cast: Cast) -> None:
    CourseRun.objects.filter(pk=cast.run.pk).update(seats=16, taken=12)
    said = page(cast, "/kurser/")
    for part in ("6.000 kr.", "8.–10. jun.", "Odense", "fre. 8. maj", "4 af 16 pladser ledige"):
        assert part in said


def test_a_mistyped_word_is_told_and_put_right(cast: Cast) -> None:
    said = page(cast, "/kurser/", q="konflikthåndtreing")
    assert "Ingen kurser med ”konflikthåndtreing”. Viser" in said
    assert "<strong>konflikthåndtering</strong>" in said
    assert "Konflikthåndtering i hverdagen" in said


def test_a_search_with_few_courses_tells_what_else_it_shows(cast: Cast) -> None:
    fill(30, subject="Regneark")
    Course.objects.bulk_create(Course(title=f"Noget andet {number}") for number in range(60))
    part = "Kun få kurser passer til hele"
    said = page(cast, "/kurser/", q="konflikthåndtering regneark")
    assert part in said and "31 kurser" in said and said.index("Konflikthåndtering i") < said.index("Kursus 00")
    assert 'class="offer"' in page(cast, "/kurser/", q="konflikthåndtering regneark", page="2")
    assert part not in page(cast, "/kurser/", q="konflikthåndtering") + page(cast, "/kurser/", q="regneark")


@pytest.mark.parametrize(("number", "shown"), [("1", 20), ("2", 11), ("99", 11), ("0", 11), ("-1", 11), ("x", 20)])
def test_a_page_that_is_none_is_the_first_or_the_last(cast: Cast, number: str, shown: int) -> None:
    fill(30)
    assert page(cast, "/kurser/", page=number).count('class="offer"') == shown
    fill(30, subject="Regneark")
    assert page(cast, "/kurser/", q="regneark", page=number).count('class="offer"') == (20 if shown == 20 else 10)


def test_filters_stay_in_the_address_and_in_the_links_to_other_pages(cast: Cast) -> None:
    fill(30, kind="amu")
    said = page(cast, "/kurser/", kind="amu", q="", sort="start", c="7")
    assert "30 kurser" in said
    assert '<a href="?kind=amu&amp;sort=start&amp;c=7&amp;page=2"' in said
    second = page(cast, "/kurser/", kind="amu", page="2")
    assert second.count('class="offer"') == 10
    assert "Konflikthåndtering" not in second
    assert page(cast, "/kurser/", page="99999999999999999999").count('class="offer"') == 11


def test_what_is_wrong_with_a_filter_is_told_and_the_rest_is_looked_for(cast: Cast) -> None:
    fill(1)
    said = page(cast, "/kurser/", q="konflikt", begins_from="snart", price_to="-1", kind="ukendt", where="nord")
    assert said.count('class="error"') == 4
    assert said.count('class="offer"') == 1


def test_htmx_gets_the_list_alone_and_the_back_button_the_page(cast: Cast) -> None:
    client = enter(cast.mette)
    part = client.get("/kurser/", {"q": "konflikt", "kind": "private"}, headers={"HX-Request": "true"})
    assert b"<html" not in part.content and b"offer" in part.content and b"hx-swap-oob" in part.content
    assert "HX-Request" in part["Vary"]
    whole = client.get("/kurser/", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert b"<html" in whole.content


def test_the_list_asks_no_more_for_thirty_courses_than_for_a_few(cast: Cast) -> None:
    client = enter(cast.mette)
    client.get("/kurser/", {"q": "kursus"})  # the stem of a word is asked for once
    asked = []
    for number in (FEW, 25):
        fill(number)
        with CaptureQueriesContext(connection) as queries:
            client.get("/kurser/", {"q": "kursus"})
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_one_course_asks_no_more_for_thirty_runs_than_for_one(cast: Cast) -> None:
    client = enter(cast.bente)
    asked = []
    for number in (0, 29):
        for place in range(number):
            starts = SOON + timedelta(days=place)
            CourseRun.objects.create(course=cast.run.course, starts_on=starts, ends_on=starts)
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/kurser/{cast.run.course_id}/")
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_courses_stand_side_by_side_with_all_that_is_known_of_any(cast: Cast) -> None:
    first, second = fill(2, code="", level="Grundniveau")
    first.code = "U1"
    first.save()
    said = page(cast, f"/kurser/sammenlign/?c={first.pk}&c={second.pk}&c=abc&c=999999&c={first.pk}")
    assert said.count('scope="col"') == 2
    for part in ("Grundniveau", "U1", "ikke oplyst", "9 af 12 pladser ledige", 'tabindex="0"', 'role="region"'):
        assert part in said
    assert "Kursuskode" in said and "ECTS" not in said


def test_four_at_most_stand_side_by_side_and_none_is_told(cast: Cast) -> None:
    many = "&".join(f"c={course.pk}" for course in fill(6))
    said = page(cast, f"/kurser/sammenlign/?{many}")
    assert said.count('scope="col"') == 4
    assert "de fire første" in said
    assert "Sæt kryds" in page(cast, "/kurser/sammenlign/")


def test_comparing_asks_no_more_for_four_than_for_one(cast: Cast) -> None:
    courses, client, asked = fill(4), enter(cast.mette), []
    for number in (1, 4):
        with CaptureQueriesContext(connection) as queries:
            client.get("/kurser/sammenlign/", {"c": [course.pk for course in courses[:number]]})
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_one_course_says_all_that_somebody_who_goes_needs(cast: Cast) -> None:
    CourseRun.objects.filter(pk=cast.run.pk).update(
        address="Havnegade 3, 5000 Odense. Bus 12 fra stationen.", hours="9-15", bring="Din egen bærbare",
        cancel_by=date(2026, 5, 20), cancel_cost=1500, seats=16, taken=16, extra_price=400,
    )  # fmt: skip
    said = page(cast, f"/kurser/{cast.run.course_id}/")
    for part in (
        "8.–10. jun.", "9-15", "Bus 12 fra stationen", "Din egen bærbare", "fre. 8. maj",
        "ons. 20. maj. Derefter koster det 1.500 kr.", "alle 16 pladser er taget",
        "6.400 kr. (6.000 kr. og 400 kr. i tillæg)",
    ):  # fmt: skip
        assert part in said


def test_a_seat_can_be_given_back_until_the_sign_up_deadline_where_no_other_day_is_known(cast: Cast) -> None:
    assert "fre. 8. maj. Derefter betaler I hele prisen" in page(cast, f"/kurser/{cast.run.course_id}/")


def test_runs_that_cannot_be_joined_are_folded_away_and_say_why(cast: Cast) -> None:
    course = Course.objects.create(title="Nyt")
    for fields in (
        {"starts_on": date(2026, 1, 5)},
        {"starts_on": SOON, "cancelled_on": TODAY},
        {"starts_on": SOON, "withdrawn_on": TODAY},
        {"starts_on": SOON, "signup_deadline": TODAY - timedelta(days=1)},
    ):
        CourseRun.objects.create(course=course, ends_on=fields["starts_on"], **fields)
    said = page(cast, f"/kurser/{course.pk}/")
    assert "4 hold, man ikke længere kan tilmelde sig" in said
    for why in ("er afsluttet", "aflyst mandag 2. marts", "udbydes ikke længere", "tilmeldingen er lukket"):
        assert why in said
    assert "Der er ingen kommende hold." in said


def test_who_has_agreed_on_the_course_is_led_to_the_agreement_and_nobody_else(cast: Cast) -> None:
    own = cast.agree(course=cast.run.course)
    there = f'href="/aftaler/{own.pk}/"'
    path = f"/kurser/{cast.run.course_id}/"
    assert there in page(cast, path)
    assert there not in enter(cast.lars).get(path).content.decode()
    take_step(own, Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    assert there not in page(cast, path)


def test_an_agreement_on_another_course_is_not_named(cast: Cast) -> None:
    other = Course.objects.create(title="Andet")
    cast.agree(course=other)
    free = cast.agree(title="Noget om sprog")
    said = page(cast, f"/kurser/{cast.run.course_id}/")
    assert f'href="/aftaler/{free.pk}/"' in said
    assert said.count('class="note"') == 1


def given_run(**fields: Any) -> dict[str, Any]:
    return {"starts_on": "2026-09-01", "ends_on": "2026-09-02", "mode": "on_site", **fields}


def test_a_course_is_entered_with_all_that_is_useful(cast: Cast) -> None:
    response = enter(cast.mette).post(
        "/kurser/nyt/",
        given_run(
            title="Tegn til tale", kind="private", code="T1", ects="5", days="2.5", level="Grundniveau",
            description="<b>Om</b> tegn & tale<script>x</script>", signup_email="kursus@example.test", postcode="8000",
            address="Havnegade 3", hours="9-15", bring="Madpakke", seats="20", cancel_by="2026-08-20",
            cancel_cost="500", extra_price="250", price="3000",
        ),
    )  # fmt: skip
    run = CourseRun.objects.exclude(pk=cast.run.pk).select_related("course").get()
    assert response["Location"] == f"/kurser/{run.course_id}/"
    assert (run.region, run.cost, run.seats, run.bring) == ("central", 3250, 20, "Madpakke")
    assert (run.course.description, run.course.level, run.course.code) == ("Om tegn & tale", "Grundniveau", "T1")


def test_what_cannot_be_is_told_beside_its_field_and_nothing_is_written(cast: Cast) -> None:
    for wrong, said in (
        ({"cancel_by": "2026-10-01"}, "efter den sidste dag"),
        ({"seats": "2", "taken": "3"}, "Der er taget flere pladser"),
        ({"ends_on": "2026-08-01"}, "Sidste dag"),
    ):
        response = enter(cast.mette).post(f"/kurser/{cast.run.course_id}/", given_run(**wrong))
        assert response.status_code == 422
        assert said in response.content.decode()
    assert CourseRun.objects.count() == 1


def test_only_hr_and_coordinators_correct(cast: Cast) -> None:
    path = f"/kurser/{cast.run.course_id}/"
    assert f"{path}ret/" in enter(cast.bente).get(path).content.decode()
    assert f"{path}ret/" not in page(cast, path)
    data = {"title": "Ro på", "kind": "amu", "provider": "Engskolen", "days": "3"}
    assert enter(cast.mette).post(f"{path}ret/", data).status_code == 404
    assert enter(cast.bente).post(f"{path}ret/", data).status_code == 302
    cast.run.course.refresh_from_db()
    assert (cast.run.course.title, cast.run.course.kind, cast.run.course.price) == ("Ro på", "amu", None)


def test_a_corrected_run_is_told_to_those_who_go(cast: Cast) -> None:
    own = take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    path = f"/kurser/hold/{cast.run.pk}/ret/"
    assert enter(cast.hanne).post(path, given_run(place="Vejle")).status_code == 302
    own.refresh_from_db()
    assert (own.starts_on, own.stage) == (date(2026, 9, 1), "found")
    enter(cast.hanne).post(path, given_run(place="Vejle", cancelled="on", why="For få tilmeldte"))
    own.refresh_from_db()
    cast.run.refresh_from_db()
    assert (own.stage, own.run_id, cast.run.cancelled_on) == ("agreed", None, TODAY)
    enter(cast.hanne).post(path, given_run(place="Vejle"))
    cast.run.refresh_from_db()
    assert cast.run.cancelled_on is None


class AnyFilters(TestCase):
    @given(
        st.dictionaries(st.sampled_from([*SearchForm.base_fields, "c", "page"]), st.text(max_size=20), max_size=5),
        st.sampled_from(["/kurser/", "/kurser/sammenlign/"]),
    )
    def test_nothing_in_the_address_breaks_a_page(self, data: dict[str, str], path: str) -> None:
        cast = make_cast()
        status = 400 if any("\0" in text for text in (*data, *data.values())) else 200  # the database takes no NUL
        with translation.override("da"):
            assert enter(cast.mette).get(path, data).status_code == status


def test_pages_past_the_last_and_numbers_that_are_none_lead_to_a_page(cast: Cast) -> None:
    fill(25, kind="amu")
    rows = {
        number: page(cast, "/kurser/", kind="amu", page=number).count('class="offer"')
        for number in ("1", "2", "3", "0", "-1", "x", "")
    }
    assert rows == {"1": 20, "2": 5, "3": 5, "0": 5, "-1": 5, "x": 20, "": 20}


def test_each_provider_can_be_chosen_once(cast: Cast) -> None:
    fill(2, provider='Fag & "Fælles"')
    html = page(cast, "/kurser/")
    options = html.partition('<datalist id="providers">')[2].partition("</datalist>")[0].split("\n")
    assert [option.strip() for option in options if option.strip()] == [
        '<option value="Engskolen"></option>',
        '<option value="Fag &amp; &quot;Fælles&quot;"></option>',
    ]


def test_the_least_cost_of_the_rows_is_that_of_the_order(cast: Cast) -> None:
    """The order comes from the database, and the rows from the course dates: both must say the same."""
    for number, (price, prices) in enumerate([(900, (None, 500)), (100, ()), (None, ()), (300, (None,)), (None, (0,))]):
        course = Course.objects.create(title=f"Kursus {number}", kind="amu", price=price)
        for own in prices:
            CourseRun.objects.create(course=course, starts_on=SOON, ends_on=SOON, price=own, extra_price=50)
    wanted = CourseFilter(kind="amu", sort="price")
    ordered = [course.least_cost for course in matching_courses(wanted, on=TODAY)]  # type: ignore[attr-defined]
    found = find_courses(wanted, on=TODAY, skip=0, size=20)
    rows, total = found.courses, found.total
    runs = runs_of(rows, wanted, on=TODAY)
    assert [least_cost_of(course, runs.get(course.pk, [])) for course in rows] == ordered
    assert (ordered[:4], total) == ([50, 100, 350, 550], len(ordered))
