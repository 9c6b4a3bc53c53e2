"""A new manager reads on the first page what they take over; the former one what is still theirs."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from tests.browsing import enter
from tests.cast import TODAY, Cast
from udbytte.domain.lifecycle import Event, Kind
from udbytte.models import Agreement, Employment, ManagerRole, Person
from udbytte.queries.people.new_manager import TakeOver, take_over_of, taken_over_by, unfinished_by
from udbytte.services.agreements.take_step import take_step
from udbytte.services.people.organisation import follow_organisation_changes

pytestmark = pytest.mark.django_db
NOBODY = TakeOver(0, 0, 0)


def change_manager(cast: Cast, on: date = TODAY) -> Person:
    """Jonas becomes manager of the kindergarten in the place of Lars."""
    ManagerRole.objects.filter(person=cast.lars).update(ends_on=on - timedelta(days=1))
    ManagerRole.objects.create(person=cast.jonas, unit=cast.kindergarten, starts_on=on)
    follow_organisation_changes(on=on)
    return cast.jonas


def home_of(person: Person, on: date = TODAY) -> str:
    with time_machine.travel(on, tick=False):
        return enter(person).get(reverse("home")).content.decode()


def test_the_first_manager_of_somebody_takes_nobody_over(cast: Cast) -> None:
    assert take_over_of(cast.lars, TODAY) == NOBODY
    assert "Du overtager" not in home_of(cast.lars)


def test_the_card_counts_people_agreements_and_this_months_steps(cast: Cast) -> None:
    cast.agree()  # to be found on 23 March
    cast.agree(Kind.PRACTICE)  # a helper by 16 March
    later = take_step(cast.agree(Kind.PRACTICE), Event.NEED_NOBODY, by=cast.mette, on=TODAY, reason="Alene")
    assert later.step_due is not None and later.step_due > date(2026, 3, 31)
    new = change_manager(cast)
    reports = Employment.objects.filter(line_manager=new).count()
    assert take_over_of(new, TODAY) == TakeOver(reports, 3, 2)
    page = home_of(new)
    assert f"Du overtager {reports} personer" in page and "3 åbne aftaler" in page and "2 i denne måned" in page


def test_the_team_can_be_looked_at_without_those_who_were_there_before(cast: Cast) -> None:
    new = change_manager(cast)
    Employment.objects.filter(person=cast.karim).update(line_manager_since=None, former_manager=None)
    page = enter(new).get(reverse("team"), {"nye": "1"}).content.decode()
    assert "Dem, du overtager" in page and "Mette Hansen" in page and "Karim Hansen" not in page
    assert "Karim Hansen" in enter(new).get(reverse("team")).content.decode()


def test_it_is_shown_for_thirty_days(cast: Cast) -> None:
    new = change_manager(cast)
    assert taken_over_by(new, TODAY + timedelta(days=29)).exists()
    assert not taken_over_by(new, TODAY + timedelta(days=30)).exists()
    assert "Du overtager" not in home_of(new, TODAY + timedelta(days=30))


def test_a_second_day_without_a_change_is_no_new_start(cast: Cast) -> None:
    new = change_manager(cast)
    follow_organisation_changes(on=TODAY + timedelta(days=5))
    cast.employment.refresh_from_db()
    assert (cast.employment.line_manager_since, cast.employment.former_manager) == (TODAY, cast.lars)
    assert cast.employment.line_manager == new


def test_after_a_vacancy_the_next_manager_takes_over_from_the_last(cast: Cast) -> None:
    ManagerRole.objects.all().update(ends_on=TODAY - timedelta(days=1))
    follow_organisation_changes(on=TODAY)
    cast.employment.refresh_from_db()
    assert cast.employment.line_manager is None
    ManagerRole.objects.create(person=cast.jonas, unit=cast.kindergarten, starts_on=TODAY + timedelta(days=3))
    follow_organisation_changes(on=TODAY + timedelta(days=3))
    cast.employment.refresh_from_db()
    after = (cast.employment.former_manager_id, cast.employment.line_manager_id)
    assert after == (cast.lars.pk, cast.jonas.pk)
    assert cast.employment.line_manager_since == TODAY + timedelta(days=3)


def test_the_former_manager_sees_only_the_steps_that_are_still_theirs(cast: Cast) -> None:
    given, other = cast.agree(title="Givet til Lars"), cast.agree(title="Fundet")
    Agreement.objects.filter(pk=given.pk).update(step_owner=cast.lars, handed_over=True)
    take_step(other, Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)  # the money is the new manager's
    assert not unfinished_by(cast.lars, TODAY).exists()
    new = change_manager(cast)
    assert [agreement.title for agreement in unfinished_by(cast.lars, TODAY)] == ["Givet til Lars"]
    page = home_of(cast.lars)
    assert "Det skal du gøre færdigt" in page and "Du overtager" not in page
    assert "Det skal du gøre færdigt" not in home_of(new) and "Det skal du gøre færdigt" not in home_of(cast.mette)
    assert not unfinished_by(cast.lars, TODAY + timedelta(days=30)).exists()
