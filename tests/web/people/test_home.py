"""Home, plan and agreement: what they show, what they keep, and what they cost."""

from __future__ import annotations

import gzip
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.browsing import enter
from tests.cast import TODAY, Cast
from udbytte.domain.lifecycle import Event, Kind
from udbytte.models import Agreement, CatalogueVisit, DemoMark, LogEntry, Person, RulesConfirmation
from udbytte.services.agreements.take_step import take_step
from udbytte.web.base.fields import PersonField

pytestmark = pytest.mark.django_db


def queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


@pytest.mark.parametrize("name", ["home", "plan", "helping"])
def test_a_page_asks_as_often_for_thirty_rows_as_for_one(cast: Cast, name: str) -> None:
    def one_more() -> None:
        agreement = cast.agree(Kind.PRACTICE)
        take_step(agreement, Event.ASK, by=cast.mette, on=TODAY, helper=cast.karim)
        cast.agree(Kind.PRACTICE)

    client = enter(cast.karim if name == "helping" else cast.mette)
    one_more()
    few = queries(client, reverse(name))
    for _ in range(29):
        one_more()
    assert queries(client, reverse(name)) == few


def test_looking_writes_nothing(cast: Cast) -> None:
    agreement = cast.agree(Kind.PRACTICE)
    client = enter(cast.mette)
    urls = [reverse(name) for name in ("home", "plan", "preferences", "methods", "helping")]
    for url in [*urls, reverse("agreement", args=[agreement.pk])]:
        with CaptureQueriesContext(connection) as asked:
            client.get(url)
        written = [
            query["sql"]
            for query in asked
            if not query["sql"].startswith(("SELECT", "DECLARE", "SAVEPOINT", "RELEASE"))
        ]
        assert written == [], url
    assert not RulesConfirmation.objects.exists()
    assert not CatalogueVisit.objects.exists()


def test_the_first_page_shows_what_is_due_first(cast: Cast) -> None:
    cast.agree(Kind.PRACTICE, title="Makker")
    html = enter(cast.mette).get("/").content.decode()
    assert html.index("Makker") > html.index('class="letter"')
    assert 'name="event" value="ask"' in html


def test_a_form_that_fails_keeps_what_was_typed(cast: Cast) -> None:
    agreement = cast.agree(Kind.PRACTICE)
    sent = {"event": "ask", "turn": agreement.turn, "helper": "en der ikke findes", "role": "mentor"}
    response = enter(cast.mette).post(reverse("agreement", args=[agreement.pk]), sent)
    assert response.status_code == 422
    assert "en der ikke findes" in response.content.decode()
    assert LogEntry.objects.filter(agreement=agreement).count() == 1


def test_who_comes_second_is_told_who_was_first_and_can_press_again(cast: Cast) -> None:
    agreement = cast.agree(Kind.PRACTICE)
    old = agreement.turn
    take_step(agreement, Event.POSTPONE, by=cast.lars, on=TODAY, until=cast.run.starts_on, reason="ferie")
    client, url = enter(cast.mette), reverse("agreement", args=[agreement.pk])
    sent = {"event": "need_nobody", "turn": old, "reason": "Jeg klarer det selv"}
    second = client.post(url, sent)
    html = second.content.decode()
    assert second.status_code == 422
    assert "Lars Hansen" in html
    assert "Jeg klarer det selv" in html
    agreement.refresh_from_db()
    assert f'name="turn" value="{agreement.turn}"' in html
    assert client.post(url, sent | {"turn": agreement.turn}).status_code == 302


def test_what_was_written_is_shown_where_it_can_no_longer_be_sent(cast: Cast) -> None:
    agreement = cast.agree(Kind.PRACTICE)
    old = agreement.turn
    take_step(agreement, Event.ASK, by=cast.lars, on=TODAY, helper=cast.karim)
    sent = {"event": "need_nobody", "turn": old, "reason": "Jeg klarer det selv"}
    html = enter(cast.mette).post(reverse("agreement", args=[agreement.pk]), sent).content.decode()
    assert "Jeg klarer det selv" in html


def test_a_stranger_is_led_to_the_cast_in_the_demo_and_to_the_login_elsewhere(cast: Cast, settings: object) -> None:
    DemoMark.objects.create(made_on=TODAY)
    settings.DEMO_LOGIN = True  # type: ignore[attr-defined]
    assert Client().get("/")["Location"] == reverse("demo")
    settings.DEMO_LOGIN = False  # type: ignore[attr-defined]
    assert Client().get("/")["Location"].startswith(reverse("account_login"))


def test_the_language_is_chosen_in_the_frame_and_kept(cast: Cast) -> None:
    client = enter(cast.mette)
    assert client.post(reverse("language"), {"language": "en", "next": "/plan/"})["Location"] == "/plan/"
    assert Person.objects.get(pk=cast.mette.pk).language == "en"
    assert '<html lang="en"' in client.get("/plan/").content.decode()


def test_the_language_switch_leads_nowhere_else(cast: Cast) -> None:
    sent = {"language": "en", "next": "https://elsewhere.example/"}
    assert Client().post(reverse("language"), sent)["Location"] == "/"
    assert Client().post(reverse("language"), {"language": "xx"}).status_code == 404


def test_a_first_visit_weighs_at_most_90_kilobytes(cast: Cast) -> None:
    for _ in range(10):
        cast.agree(Kind.PRACTICE)
    page = enter(cast.mette).get("/").content
    files = [finders.find(name) for name in ("udbytte.css", "mark.svg", "count.js")]
    files += [
        finders.find(f"vendor/{name}") for name in ("designsystemet.css", "designsystemet-theme.css", "htmx.min.js")
    ]
    parts = [page, *(Path(str(found)).read_bytes() for found in files)]
    assert sum(len(gzip.compress(part)) for part in parts) <= 90_000
    assert len(gzip.compress(page)) <= 15_000


def test_home_says_what_else_waits_in_each_role_and_nothing_where_nothing_does(cast: Cast) -> None:
    def waits(who: str) -> list[tuple[str, int, int]]:
        page = enter(getattr(cast, who)).get("/")
        return [(one.where, one.count, one.base) for one, _words in page.context["waiting"]]

    cast.agree()
    late = cast.agree(Kind.PRACTICE)
    asked = take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    assert [waits(who) for who in ("lars", "bente", "hanne")] == [[], [], []]
    Agreement.objects.filter(pk__in=(late.pk, asked.pk)).update(step_due=TODAY - timedelta(days=22))
    assert waits("lars") == [("team", 1, 3)]  # the other one is his own step
    assert waits("bente") == [("course-board", 1, 2)]
    assert waits("hanne") == []  # HR's groups stand first instead, without a step of an employee
    assert enter(cast.hanne).get("/").context["stalled_count"] == 1
    assert waits("mette") == waits("jonas") == []
    said = enter(cast.lars).get("/").content.decode()
    assert "1 af 3 aftaler" in said and "på dit hold har stået stille i en uge" in said


def test_a_colleague_is_found_by_name_when_only_one_has_it(cast: Cast) -> None:
    field = PersonField(required=False)
    assert field.clean(" karim  HANSEN ") == cast.karim
    assert field.clean(f"Hvem som helst #{cast.karim.pk}") == cast.karim == field.clean("karim@example.test")
    Person.objects.create_user("karim2@example.test", given_name="Karim", family_name="Hansen")
    with pytest.raises(ValidationError, match="Der er flere med det navn"):
        field.clean("Karim Hansen")
    with pytest.raises(ValidationError, match="Vælg en fra listen"):
        field.clean("Karim")
