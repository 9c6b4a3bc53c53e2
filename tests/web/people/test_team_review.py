"""Gennemgang: a manager goes through the team's open agreements on one page, one press each."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.browsing import enter
from tests.cast import TODAY, Cast
from tests.services.agreements.test_line import registered
from tests.services.agreements.test_written_answers import OUTCOME, to_tell, under_way
from udbytte.access.agreements import events_open_to, events_open_to_manager
from udbytte.domain.lifecycle import Event, Kind
from udbytte.domain.notifications import FollowUpDayCame
from udbytte.emails.news import news_of
from udbytte.models import Agreement, Notification, Person
from udbytte.services.agreements.questions import ask_owner
from udbytte.services.agreements.take_step import take_step
from udbytte.services.errors import NotPermitted, NotPossible, Refused
from udbytte.services.notifications.write import write_urgent_emails

pytestmark = pytest.mark.django_db
PAGE = "/medarbejdere/gennemgang/"


def late(agreement: Agreement, days: int = 20) -> Agreement:
    Agreement.objects.filter(pk=agreement.pk).update(step_due=TODAY - timedelta(days=days))
    agreement.refresh_from_db()
    return agreement


def shown(client: Client, address: str = PAGE) -> list[int]:
    return [item.agreement.pk for item in client.get(address).context["rows"]]


def test_all_that_is_open_on_the_team_the_latest_first(cast: Cast) -> None:
    later, first = cast.agree(), late(cast.agree(Kind.PRACTICE))
    client = enter(cast.lars)
    assert shown(client) == [first.pk, later.pk]
    assert shown(client, f"{PAGE}?vis=over-fristen") == [first.pk]
    take_step(first, Event.LEAVE, by=None, on=TODAY)
    assert shown(client) == [later.pk]
    assert shown(enter(cast.dorthe)) == []


def test_a_talk_is_ticked_off_in_the_row_and_the_page_goes_on_with_the_next(cast: Cast) -> None:
    talk = take_step(to_tell(cast), Event.REPORT_OUTCOME, by=cast.mette, on=TODAY, facts=OUTCOME)
    following = cast.agree()
    Agreement.objects.filter(pk=following.pk).update(step_due=TODAY + timedelta(days=200))
    client = enter(cast.lars)
    page = client.get(PAGE)
    assert OUTCOME["learned"] in page.content.decode() and page.context["rows"][0].following == following.pk
    data = {"turn": talk.turn, "event": "talk", "following": following.pk}
    response = client.post(reverse("team-review-press", args=[talk.pk]), data)
    assert response["Location"] == f"{PAGE}#r{following.pk}"
    talk.refresh_from_db()
    assert talk.stage == "learned"


def test_money_that_is_more_than_is_left_is_refused_beside_the_field(cast: Cast) -> None:
    course = take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    data = {"turn": course.turn, "event": "fund", "price": "90000", "price_reason": "Det koster det"}
    response = enter(cast.lars).post(reverse("team-review-press", args=[course.pk]), data)
    assert response.status_code == 422 and "90000" in response.content.decode()
    course.refresh_from_db()
    assert course.stage == "found"


def test_whoever_has_a_late_step_is_asked_once_a_day(cast: Cast) -> None:
    agreement = late(under_way(cast))
    client, url = enter(cast.lars), reverse("team-review-press", args=[agreement.pk])
    Notification.objects.all().delete()
    assert "Spørg Mette" in client.get(PAGE).content.decode()
    for _time in range(2):
        assert client.post(url, {"do": "ask"}).status_code == 302
    asked = Notification.objects.get()
    assert (asked.person, asked.kind, asked.urgent) == (cast.mette, "late", True)
    page = client.get(PAGE).content.decode()
    assert "spurgt i dag" in page and "Spørg Mette" not in page
    assert write_urgent_emails(on=TODAY) == 1
    agreement.refresh_from_db()
    with pytest.raises(Refused):
        ask_owner(agreement, by=cast.lars, on=TODAY)
    assert ask_owner(agreement, by=cast.lars, on=TODAY + timedelta(days=1)) == cast.mette


def test_nobody_is_asked_too_early_or_about_what_rests(cast: Cast) -> None:
    early = registered(cast)  # the course is in June
    with pytest.raises(NotPossible):
        ask_owner(early, by=cast.lars, on=TODAY)
    paused = take_step(under_way(cast), Event.PAUSE, by=cast.mette, on=TODAY, until=TODAY + timedelta(days=90))
    with pytest.raises(NotPossible):
        ask_owner(late(paused), by=cast.lars, on=TODAY)
    mine = take_step(to_tell(cast), Event.REPORT_OUTCOME, by=cast.mette, on=TODAY, facts=OUTCOME)
    with pytest.raises(NotPossible):
        ask_owner(late(mine), by=cast.lars, on=TODAY)
    reached_by_nothing = late(under_way(cast))
    Person.objects.filter(pk=cast.mette.pk).update(email=None)
    with pytest.raises(NotPossible):
        ask_owner(Agreement.objects.get(pk=reached_by_nothing.pk), by=cast.lars, on=TODAY)


@pytest.mark.parametrize("who", ["mette", "dorthe", "bente", "karim", "hanne", "jonas"])
def test_nobody_but_the_manager_asks_or_decides(cast: Cast, who: str) -> None:
    agreement = late(under_way(cast))
    with pytest.raises(NotPermitted):
        ask_owner(agreement, by=getattr(cast, who), on=TODAY)
    url = reverse("team-review-press", args=[agreement.pk])
    assert enter(getattr(cast, who)).post(url, {"do": "ask"}).status_code == 404


def test_a_list_offers_the_manager_what_the_page_offers(cast: Cast) -> None:
    for agreement in (cast.agree(), under_way(cast), to_tell(cast), registered(cast)):
        row = Agreement.objects.select_related("employment", "employee").get(pk=agreement.pk)
        assert events_open_to_manager(row, cast.lars, TODAY) == events_open_to(row, cast.lars, TODAY)


def test_thirty_rows_ask_no_more_of_the_database_than_one(cast: Cast) -> None:
    def queries(client: Client) -> int:
        client.get(PAGE)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(PAGE).status_code == 200
        return len(captured)

    def one_of_each() -> None:
        late(cast.agree())
        late(under_way(cast))
        late(to_tell(cast))
        late(take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run))
        late(take_step(to_tell(cast), Event.REPORT_OUTCOME, by=cast.mette, on=TODAY, facts=OUTCOME))

    one_of_each()
    client = enter(cast.lars)
    few = queries(client)
    for _time in range(5):
        one_of_each()
    assert len(shown(client)) == 30 and queries(client) == few


def test_the_follow_up_day_leads_there(cast: Cast) -> None:
    facts = FollowUpDayCame(round="MUS 2026", open=3, late=2)
    notification = Notification.of(cast.lars.pk, facts, on=TODAY, cause="1")
    [link] = news_of(notification, cast.lars).links
    assert link.path == PAGE and enter(cast.lars).get(link.path).status_code == 200


def test_an_untold_outcome_that_has_come_to_the_manager_leads_to_writing_it_down(cast: Cast) -> None:
    agreement = late(to_tell(cast))
    Agreement.objects.filter(pk=agreement.pk).update(line_level=1, step_owner=cast.lars)
    client = enter(cast.lars)
    [item] = client.get(PAGE).context["rows"]
    assert item.link is not None and item.choices == []
    with time_machine.travel(f"{date(2026, 3, 2).isoformat()}T10:00:00+01:00", tick=False):
        page = client.get(item.link[1]).content.decode()
    assert re.search(r'<details class="more no-print"\s+id="write-down"\s+open>', page)
