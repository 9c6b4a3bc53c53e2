"""The first round is filled in from a template, as a proposal without a fault."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils.translation import override

from tests.browsing import enter
from tests.cast import TODAY, make_person, make_unit
from udbytte.domain.round_dates import first_dates, problems_of_dates
from udbytte.models import Role
from udbytte.services.people.roles import give_role
from udbytte.services.rounds.first_round import draft_first_round


def test_the_proposed_dates_have_no_problem_whatever_the_day() -> None:
    for number in range(366):
        dates = first_dates(date(2026, 1, 1) + timedelta(days=number))
        named = [("", day) for day in (dates.announced_on, dates.kickoff_on, dates.conversations_from)]
        named += [("", day) for day in (dates.conversations_to, *dates.follow_ups, dates.closes_on)]
        days = [day for _label, day in named]
        assert days == sorted(days)
        about = (dates.announced_on, dates.kickoff_on, dates.conversations_from)
        assert not list(problems_of_dates(named, announced=about[0], kickoff=about[1], conversations_from=about[2]))


@pytest.mark.django_db
def test_a_draft_is_made_once_and_only_where_there_are_units() -> None:
    assert draft_first_round(by=None, on=TODAY) is None
    make_unit("Børn", parent=make_unit("Engby Kommune"))
    with override("da"):
        round_ = draft_first_round(by=None, on=TODAY)
    assert round_ is not None and round_.published_on is None
    assert [unit.name for unit in round_.units.all()] == ["Engby Kommune"]
    assert round_.procedure.startswith("Din leder inviterer dig mindst 14 dage før.")
    assert round_.questions.count() == 5 and round_.follow_up_days.count() == 3
    assert draft_first_round(by=None, on=TODAY) is None


@pytest.mark.django_db
def test_the_page_of_the_first_round_is_filled_in() -> None:
    make_unit("Engby Kommune")
    hanne = make_person("Hanne")
    give_role(person=hanne, role=Role.HR, unit=None, by=None, on=TODAY)
    client = enter(hanne)
    page = client.get("/runder/ny/").content.decode()
    assert "Udfyldt som forslag til jeres første runde." in page and "Din leder inviterer dig mindst 14 dage" in page
    assert "Din leder inviterer dig" not in client.get("/runder/ny/?tom=1").content.decode()
