"""What stands still: a coordinator reads the course, HR only unit, stage and days, and gives the step to somebody."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.browsing import enter
from tests.cast import TODAY, Cast
from udbytte.domain.lifecycle import Kind
from udbytte.models import Agreement

pytestmark = pytest.mark.django_db


def still(cast: Cast, kind: Kind = Kind.COURSE, days: int = 22) -> Agreement:
    agreement = cast.agree(kind)
    Agreement.objects.filter(pk=agreement.pk).update(step_due=TODAY - timedelta(days=days))
    agreement.refresh_from_db()
    return agreement


def test_the_day_after_three_weeks_it_stands_on_the_list(cast: Cast) -> None:
    still(cast, days=21)
    late = still(cast, days=22)
    rows = enter(cast.hanne).get("/staar-stille/").context["rows"]
    assert [(row.hand_over_url, row.late.split()[0]) for row in rows] == [(f"/staar-stille/{late.pk}/", "22")]


def test_a_coordinator_reads_courses_whole_and_no_practice(cast: Cast) -> None:
    course = still(cast)
    still(cast, Kind.PRACTICE)
    page = enter(cast.bente).get("/staar-stille/")
    assert [row.url for row in page.context["rows"]] == [f"/aftaler/{course.pk}/"]
    said = page.content.decode()
    assert "Konflikthåndtering" in said and "Mette Hansen" in said and "Giv skridtet" not in said


def test_hr_reads_unit_stage_and_days_but_no_title_and_no_name(cast: Cast) -> None:
    still(cast)
    still(cast, Kind.PRACTICE)
    said = enter(cast.hanne).get("/staar-stille/").content.decode()
    assert said.count("Børnehuset Mælkebøtten") == 2 and "22" in said
    for secret in ("Konflikthåndtering", "Mentor i dokumentation", "Mette", "Lars", "Bente"):
        assert secret not in said


def test_hr_gives_the_step_to_somebody_without_reading_what_it_is(cast: Cast) -> None:
    agreement = still(cast)
    client = enter(cast.hanne)
    url = f"/staar-stille/{agreement.pk}/"
    said = client.get(url).content.decode()
    for secret in ("Konflikthåndtering", "Mette", "Lars"):
        assert secret not in said
    failed = client.post(url, {"turn": agreement.turn, "owner": "ingen@example.test"})
    assert failed.status_code == 422 and "ingen@example.test" in failed.content.decode()
    assert client.post(url, {"turn": agreement.turn, "owner": "dorthe@example.test"}).status_code == 302
    agreement.refresh_from_db()
    assert (agreement.step_owner, agreement.handed_over) == (cast.dorthe, True)
    assert agreement.step_due is not None and agreement.step_due > TODAY
    assert client.get(url).status_code == 404


def test_a_step_handed_over_by_somebody_else_meanwhile_is_not_taken_back(cast: Cast) -> None:
    agreement = still(cast)
    page = enter(cast.hanne).post(f"/staar-stille/{agreement.pk}/", {"turn": 0, "owner": "dorthe@example.test"})
    assert page.status_code == 422
    agreement.refresh_from_db()
    assert agreement.step_owner == cast.bente
