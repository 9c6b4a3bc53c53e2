"""Home, plan and agreement: what they show, what they keep, and what they cost."""

from __future__ import annotations

import gzip
import re
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.browsing import enter
from tests.cast import TODAY, Cast
from udbytte.domain.lifecycle import Event, Kind
from udbytte.models import (
    Agreement,
    CatalogueVisit,
    Conversation,
    ConversationKind,
    DemoMark,
    Goal,
    GroupConversation,
    LogEntry,
    Person,
    Role,
    RoleAssignment,
    Round,
    RulesConfirmation,
)
from udbytte.services.agreements.take_step import take_step
from udbytte.web.base.fields import PersonField

pytestmark = pytest.mark.django_db
TEN = timezone.make_aware(datetime.combine(TODAY, time(10)))


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


def test_looking_writes_nothing_but_the_audit_log(cast: Cast) -> None:
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
            and "INSERT INTO udbytte_auditentry" not in query["sql"]
            and not query["sql"].startswith('UPDATE "django_session"')  # which lists it has noted
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
    assert "1 opgave er gået i stå" in enter(cast.hanne).get("/").content.decode()
    assert waits("mette") == waits("jonas") == []
    said = enter(cast.lars).get("/").content.decode()
    assert "1 af 3 aftaler hos dine medarbejdere er mindst en uge over fristen" in said


def main_of(client: Client, url: str = "/") -> str:
    page = client.get(url).content.decode()
    return " ".join(page[page.index("<main") : page.index("</main")].split())


def test_each_thing_is_shown_once_and_what_others_do_in_the_third_person(cast: Cast) -> None:
    cast.agree(Kind.PRACTICE, title="Makker")
    cast.agree(title="Kursus i samarbejde")
    page = main_of(enter(cast.mette))
    assert page.count("Makker") == page.count("Kursus i samarbejde") == 1
    others = page[page.index("Venter på andre") :]
    assert "Bente Hansen finder et hold" in others and "Kursus i samarbejde" in others
    assert "Hej Mette" in page and "ting" in page


def test_the_goal_of_an_own_agreement_stands_on_the_card_and_nobody_elses(cast: Cast) -> None:
    agreement = cast.agree(Kind.PRACTICE)
    goal = Goal.objects.create(plan=agreement.plan, text="Tage svære samtaler selv")
    Agreement.objects.filter(pk=agreement.pk).update(goal=goal, step_due=TODAY)
    assert "Mål: Tage svære samtaler selv" in main_of(enter(cast.mette))
    Agreement.objects.filter(pk=agreement.pk).update(step_owner=cast.jonas, handed_over=True)
    assert "Tage svære samtaler selv" not in main_of(enter(cast.jonas))


def test_a_question_of_fact_has_its_answers_and_the_rest_is_asked_after_them(cast: Cast) -> None:
    agreement = cast.agree(Kind.PRACTICE, title="Makker")
    agreement = take_step(agreement, Event.NEED_NOBODY, by=cast.mette, on=TODAY, reason="Alene")
    agreement = take_step(agreement, Event.START, by=cast.mette, on=TODAY)
    client = enter(cast.mette)
    page = main_of(client)
    assert "Ja, det sker" in page and "Nej, ikke endnu" in page and 'name="happens"' not in page
    [yes] = re.findall(r'href="(/svar/[^"]+)"[^>]*>Ja, det sker', page)
    assert client.post(yes, {"happens": "yes"}).status_code == 200
    agreement.refresh_from_db()
    assert agreement.log.order_by("-number")[0].event == Event.CHECK_IN
    Person.objects.filter(pk=cast.mette.pk).update(email_changed_on=TODAY)
    assert 'name="happens"' in main_of(enter(cast.mette))


def test_nobody_prepares_for_a_conversation_whose_day_has_passed(cast: Cast) -> None:
    talk = cast.plan.conversation
    talk.held_on, talk.planned_at = None, TEN + timedelta(days=7)
    talk.save()
    client = enter(cast.mette)
    assert "Forbered din MUS" in main_of(client) and "Har I holdt" not in main_of(client)
    talk.planned_at = TEN - timedelta(days=7)
    talk.save()
    page = main_of(client)
    assert "Har I holdt din MUS mandag 23. februar?" in page and "Forbered din MUS" not in page
    talk.kind, talk.group = ConversationKind.GROUP, make_group(cast)
    talk.save()
    assert "Har I holdt" not in main_of(client) and "Forbered" not in main_of(client)


def make_group(cast: Cast) -> GroupConversation:
    return GroupConversation.objects.create(title="Køkkenet", round=cast.round, manager=cast.lars)


def test_the_works_council_begins_with_the_report(cast: Cast) -> None:
    RoleAssignment.objects.create(person=cast.karim, role=Role.WORKS_COUNCIL, starts_on=TODAY)
    page = main_of(enter(cast.karim))
    assert page.index("Rapporten om MUS 2026") < page.index("</section>")
    assert reverse("report", args=[cast.round.pk]) in page
    assert "Rapporten om" not in main_of(enter(cast.mette))


def test_several_tasks_of_a_kind_are_one_line_that_leads_to_all_of_them(cast: Cast) -> None:
    for _ in range(4):
        cast.agree()
    page = main_of(enter(cast.bente))
    assert "3 kurser mangler" in page and page.count("Find et hold") == 1
    assert reverse("course-board") in page


def test_ten_things_are_shown_and_the_rest_on_request(cast: Cast) -> None:
    for number in range(13):
        cast.agree(Kind.PRACTICE, title=f"Aftale {number:02}")
    client = enter(cast.mette)
    page = main_of(client)
    assert "Aftale 10" in page and "Aftale 11" not in page and "Vis 2 til" in page
    assert "Aftale 12" in main_of(client, "/?alle=1")


def test_whom_a_person_helps_is_on_the_first_page(cast: Cast) -> None:
    asked = take_step(
        cast.agree(Kind.PRACTICE, title="Sidemand"), Event.ASK, by=cast.mette, on=TODAY, helper=cast.karim
    )
    client = enter(cast.karim)
    page = main_of(client)
    assert "Sidemand · Mette Hansen" in page and 'value="accept"' in page
    take_step(asked, Event.ACCEPT, by=cast.karim, on=TODAY)
    page = main_of(client)
    helped = page[page.index("Du hjælper") :]
    assert "Mette Hansen" in helped and "Sidemand" in helped and reverse("helping") in helped
    assert "Du hjælper" not in main_of(enter(cast.jonas))


def test_a_colleague_is_found_by_name_when_only_one_has_it(cast: Cast) -> None:
    field = PersonField(required=False)
    assert field.clean(" karim  HANSEN ") == cast.karim
    assert field.clean(f"Hvem som helst #{cast.karim.pk}") == cast.karim == field.clean("karim@example.test")
    Person.objects.create_user("karim2@example.test", given_name="Karim", family_name="Hansen")
    with pytest.raises(ValidationError, match="Der er flere med det navn"):
        field.clean("Karim Hansen")
    with pytest.raises(ValidationError, match="Vælg en fra listen"):
        field.clean("Karim")


def test_two_conversations_cost_as_many_queries_as_one(cast: Cast) -> None:
    Conversation.objects.update(held_on=None, planned_at=TEN)
    client = enter(cast.mette)
    few = queries(client, "/")
    other = Round.objects.create(
        name="MUS 2027",
        published_on=TODAY,
        announced_on=cast.round.announced_on,
        conversations_from=cast.round.conversations_from,
        conversations_to=cast.round.conversations_to,
        closes_on=cast.round.closes_on,
    )
    Conversation.objects.create(round=other, employment=cast.employment, manager=cast.lars, planned_at=TEN)
    assert queries(client, "/") == few
