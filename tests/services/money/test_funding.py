"""External funding: which funds may fit, and applications that are always followed up."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.browsing import enter
from tests.cast import TODAY, Cast
from udbytte.domain.lifecycle import Event, Kind
from udbytte.domain.working_days import is_working_day
from udbytte.models import Agreement, Course, FundingApplication, FundingSource, Notification, Person
from udbytte.queries.money.budgets import balance_of
from udbytte.queries.money.funding import fitting_sources
from udbytte.services.agreements.take_step import take_step
from udbytte.services.errors import NotPermitted, NotPossible, Refused, TooLong
from udbytte.services.money.funding import (
    decide_application,
    plan_application,
    save_funding_source,
    send_application,
    withdraw_application,
)
from udbytte.services.notifications.follow_up import follow_up

pytestmark = pytest.mark.django_db


def source(key: str) -> FundingSource:
    return FundingSource.objects.get(key=key)


def diploma(cast: Cast, price: int = 12000, **facts: Any) -> Agreement:
    """A diploma module that has a run in June."""
    Course.objects.filter(pk=cast.run.course_id).update(kind="diploma", price=price)
    cast.run.refresh_from_db()
    return take_step(cast.agree(**facts), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)


def keys(agreement: Agreement, on: date = TODAY) -> set[str | None]:
    return {fit.source.key for fit in fitting_sources(agreement, on)}


def test_the_sources_of_the_field_are_delivered_with_their_day_and_say_when_they_are_old() -> None:
    assert set(FundingSource.objects.values_list("key", flat=True)) == {
        "municipal", "state_academics", "state_clerical", "regional", "transition", "veu", "svu",
    }  # fmt: skip
    assert all(source.checked_on and source.facts_of for source in FundingSource.objects.all())
    assert not source("municipal").is_old_on(date(2026, 12, 31)) and source("municipal").is_old_on(date(2027, 1, 2))


def test_what_may_fit_follows_kind_price_and_time(cast: Cast) -> None:
    agreement = diploma(cast)
    assert keys(agreement) == {"municipal", "transition", "svu"}
    amounts = {fit.source.key: fit.amount for fit in fitting_sources(agreement, TODAY)}
    assert amounts == {"transition": 10_000, "municipal": 9_600, "svu": 4_465}  # limit, own share, weekly rate
    assert keys(agreement, date(2026, 6, 7)) == {"municipal", "transition", "svu"}  # the day before the first day
    assert keys(agreement, date(2026, 6, 8)) == set()
    Course.objects.filter(pk=cast.run.course_id).update(kind="amu")
    agreement = Agreement.objects.get(pk=agreement.pk)
    assert keys(agreement) == {"veu"}
    assert keys(cast.agree(estimated_price=None)) == set()
    FundingSource.objects.filter(key="veu").update(hidden=True)
    assert keys(agreement) == set()


@pytest.mark.parametrize(
    ("sector", "funds"),
    [
        ("municipality", {"municipal"}),
        ("region", {"regional"}),
        ("state", {"state_academics", "state_clerical"}),
        ("other", set()),
    ],
)
def test_a_fund_of_another_sector_is_neither_offered_nor_applied_to(
    cast: Cast, settings: Any, sector: str, funds: set[str]
) -> None:
    settings.SECTOR = sector
    agreement = diploma(cast)
    assert keys(agreement) == {"transition", "svu"} | funds
    for key in {"municipal", "regional", "state_academics", "state_clerical"} - funds:
        with pytest.raises(Refused):
            plan_application(agreement, source(key), by=cast.lars, on=TODAY)
    page = enter(cast.lars).get("/tilskud/").content.decode()
    assert ("Den Regionale Kompetencefond" in page) == (sector == "region")


def test_what_decides_about_the_person_is_asked_beside_the_fund(cast: Cast) -> None:
    page = enter(cast.lars).get(f"/aftaler/{diploma(cast).pk}/").content.decode()
    assert "Er du uden en afsluttet videregående uddannelse" in page and "Udbytte gemmer ikke svaret." in page
    assert "Dækker løn: 4.465 kr. om ugen" in page and "Søg op til 4.465 kr." not in page
    assert "Søg op til 9.600 kr." in page and "Arbejdspladsen betaler mindst 20 % af prisen." in page


def test_an_application_has_an_owner_and_a_date_that_leaves_time(cast: Cast) -> None:
    agreement = diploma(cast)
    for_workplace = plan_application(agreement, source("veu"), by=cast.lars, on=TODAY)
    own = plan_application(agreement, source("svu"), by=cast.bente, on=date(2026, 5, 11))
    assert (for_workplace.owner, for_workplace.due) == (cast.bente, date(2026, 3, 23))
    assert own.owner == cast.mette and own.due is not None
    assert date(2026, 5, 11) < own.due <= date(2026, 6, 8) and is_working_day(own.due)
    with pytest.raises(Refused):
        plan_application(agreement, source("svu"), by=cast.mette, on=TODAY)


@pytest.mark.parametrize("who", ["jonas", "karim", "birgit", "hanne", "dorthe"])
def test_only_those_who_arrange_it_apply(cast: Cast, who: str) -> None:
    agreement = diploma(cast)
    with pytest.raises(NotPermitted):
        plan_application(agreement, source("transition"), by=getattr(cast, who), on=TODAY)
    made = plan_application(agreement, source("transition"), by=cast.mette, on=TODAY)
    with pytest.raises(NotPermitted):
        send_application(made, by=getattr(cast, who), on=TODAY)
    assert enter(getattr(cast, who)).post(f"/ansoegninger/{made.pk}/", {"what": "sent"}).status_code == 404


def test_too_late_is_said_and_nothing_is_written(cast: Cast) -> None:
    agreement = diploma(cast)
    with pytest.raises(Refused):
        plan_application(agreement, source("svu"), by=cast.mette, on=date(2026, 6, 9))
    with pytest.raises(NotPossible):
        plan_application(cast.agree(Kind.PRACTICE), source("svu"), by=cast.mette, on=TODAY)
    assert not FundingApplication.objects.exists()


def test_what_is_granted_relieves_the_budget_and_follows_the_course(cast: Cast) -> None:
    agreement = take_step(diploma(cast), Event.FUND, by=cast.lars, on=TODAY, price=12000, price_reason="Tilbud")
    assert balance_of(cast.budget).committed == 12000
    made = send_application(
        plan_application(agreement, source("transition"), by=cast.mette, on=TODAY), by=cast.mette, on=TODAY
    )
    decide_application(made, granted=9000, answer="Ja", by=cast.mette, on=TODAY)
    assert (balance_of(cast.budget).committed, balance_of(cast.budget).uncommitted) == (3000, 17000)
    agreement.refresh_from_db()
    with pytest.raises(NotPossible):
        decide_application(made, granted=9000, by=cast.mette, on=TODAY)
    take_step(agreement, Event.LOSE_RUN, by=cast.bente, on=TODAY, reason="Aflyst")
    assert balance_of(cast.budget).uncommitted == 20000
    made.refresh_from_db()
    assert made.state == "withdrawn"


def test_more_than_the_course_costs_is_no_grant(cast: Cast) -> None:
    made = plan_application(diploma(cast), source("transition"), by=cast.mette, on=TODAY)
    for wrong in (0, -5, 12_001):
        with pytest.raises(Refused):
            decide_application(made, granted=wrong, by=cast.mette, on=TODAY)
    made.refresh_from_db()
    assert made.is_open


def test_a_no_is_an_ordinary_answer_and_another_source_can_be_tried(cast: Cast) -> None:
    agreement = diploma(cast)
    made = plan_application(agreement, source("transition"), by=cast.mette, on=TODAY)
    decide_application(made, granted=None, answer="Puljen er tom", by=cast.mette, on=TODAY)
    assert {n.person for n in Notification.objects.filter(kind="application")} == {cast.lars, cast.bente}
    assert "transition" in keys(agreement)
    withdraw_application(plan_application(agreement, source("svu"), by=cast.mette, on=TODAY), by=cast.lars, on=TODAY)
    page = enter(cast.mette).get(f"/aftaler/{agreement.pk}/")
    assert "Puljen er tom" in page.content.decode()


def test_an_application_that_nobody_sends_does_not_go_quiet(cast: Cast) -> None:
    agreement = diploma(cast)
    made = plan_application(agreement, source("transition"), by=cast.bente, on=TODAY)
    assert made.due is not None
    heard = []
    for day in range(45):
        on = TODAY + timedelta(days=day)
        follow_up(on=on)
        names = Notification.objects.filter(kind="application", on=on).order_by("person__given_name")
        days = (on - made.due).days
        heard += [(days, name) for name in names.values_list("person__given_name", flat=True)]
    assert heard == [(-21, "Mette"), (0, "Mette"), (7, "Mette"), (14, "Bente")]


def test_who_leaves_hands_the_application_on_and_a_dropped_course_gives_it_up(cast: Cast) -> None:
    agreement = diploma(cast)
    made = plan_application(agreement, source("veu"), by=cast.lars, on=TODAY)
    Person.objects.filter(pk=cast.bente.pk).update(is_active=False)
    cast.bente.employments.update(ends_on=TODAY)
    cast.bente.roles.update(ends_on=TODAY)
    follow_up(on=TODAY + timedelta(days=1))
    made.refresh_from_db()
    assert made.owner is not None and made.owner.is_active
    agreement.refresh_from_db()
    dropped = take_step(agreement, Event.PROPOSE_DROP, by=cast.mette, on=TODAY, reason="no_money")
    take_step(dropped, Event.CONFIRM_DROP, by=cast.lars, on=TODAY)
    made.refresh_from_db()
    assert [made.state, made.owner, made.due] == ["withdrawn", None, None]


def test_hr_keeps_the_sources_and_saving_says_that_they_are_checked(cast: Cast) -> None:
    hanne, fund = enter(cast.hanne), source("svu")
    form = hanne.get(f"/tilskud/{fund.pk}/").context["form"]
    sent = {name: "" if form[name].value() is None else form[name].value() for name in form.fields} | {"limit": "5000"}
    sent.pop("hidden")
    assert hanne.post(f"/tilskud/{fund.pk}/", sent).status_code == 302
    fund.refresh_from_db()
    assert (fund.limit, fund.checked_on, fund.kinds) == (5000, TODAY, ["academy", "diploma", "master"])
    assert hanne.post(f"/tilskud/{fund.pk}/", sent | {"name": " "}).status_code == 422
    assert hanne.post("/tilskud/ny/", sent | {"name": "Puljen", "url": "javascript:x"}).status_code == 422
    assert hanne.post("/tilskud/ny/", sent | {"name": "Puljen"}).status_code == 302
    with pytest.raises(NotPermitted):
        save_funding_source(fund, {"name": "X"}, by=cast.mette, on=TODAY)


def test_the_whole_way_on_the_pages(cast: Cast) -> None:
    agreement = diploma(cast)
    mette = enter(cast.mette)
    url = f"/aftaler/{agreement.pk}/"
    assert {row.fit.source.key for row in mette.get(url).context["fits"]} >= {"transition", "svu"}
    mette.post(f"{url}tilskud/", {"source": source("transition").pk})
    made = FundingApplication.objects.get()
    assert f"/aftaler/{made.agreement_id}/#tilskud" in mette.get("/").content.decode()
    mette.post(f"/ansoegninger/{made.pk}/", {"what": "sent"})
    mette.post(f"/ansoegninger/{made.pk}/", {"what": "granted", "granted": ""})
    made.refresh_from_db()
    assert made.state == "sent"
    mette.post(f"/ansoegninger/{made.pk}/", {"what": "granted", "granted": "8000", "answer": "Ja"})
    made.refresh_from_db()
    assert (made.state, made.granted_amount) == ("granted", 8000)
    assert mette.post(f"{url}tilskud/", {"source": "x"}).status_code == 404


def test_an_answer_that_is_too_long_is_refused_and_said_so(cast: Cast) -> None:
    made = plan_application(diploma(cast), source("transition"), by=cast.mette, on=TODAY)
    with pytest.raises(TooLong):
        decide_application(made, granted=None, answer="x" * 401, by=cast.mette, on=TODAY)
    sent = {"what": "refused", "answer": "x" * 401}
    page = enter(cast.mette).post(f"/ansoegninger/{made.pk}/", sent, follow=True).content.decode()
    assert "401" in page and "400" in page
    made.refresh_from_db()
    assert made.is_open and made.answer == ""
