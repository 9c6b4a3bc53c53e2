"""The measures of the pages: heights, rows in view, presses, links, weight. `make pages` prints them as a table."""

from __future__ import annotations

import gzip
import html
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Browser, Locator, Page, Response
from pytest_django.live_server_helper import LiveServer

from tests.browser.looks import enter
from tests.browser.measures import Measure
from tests.browser.pages import person_called
from tests.browser.several_stages import kept_in_several_stages, self_checks
from tests.cast import TODAY, Cast, employ, make_person
from tests.house import more_people
from tests.stalled import make_late, nominated, of_plan
from udbytte.access.links import AnswerLink
from udbytte.domain.figures.selfcheck import NUMBERS
from udbytte.domain.lifecycle import Event, Kind
from udbytte.models import (
    Agreement,
    CheckIn,
    Conversation,
    Email,
    Goal,
    Person,
    Round,
    Slot,
)
from udbytte.services.agreements.take_step import take_step
from udbytte.services.notifications.write import write_emails
from udbytte.services.people.organisation import follow_organisation_changes

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=False)

Opened = Callable[..., Page]  # a page of somebody at an address, in a window of some width


@pytest.fixture
def opened(browser: Browser, live_server: LiveServer) -> Opened:
    def open_page(person: Person | None, path: str, width: int = 1280) -> Page:
        page = enter(browser, live_server, person, width, "light", "da")
        page.goto(path)
        page.set_default_timeout(10_000)
        return page

    return open_page


def height(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollHeight"))


# --- Heights ---


def twelve(cast: Cast) -> None:
    """Lars's team: twelve employees, each with an agreement that is late."""
    plans = [cast.plan, *more_people(cast, 10)]
    karims = Conversation.objects.create(round=cast.round, employment=cast.karim.employments.get(), manager=cast.lars)
    assert karims.pk
    make_late([of_plan(cast, plan, kind=Kind.PRACTICE, title="Kollegial sparring") for plan in plans], 12)


def test_my_team_of_twelve_is_seen_without_scrolling(cast: Cast, opened: Opened, measure: Measure) -> None:
    twelve(cast)
    page = opened(cast.lars, "/medarbejdere/")
    rows = page.locator("main table tbody tr")
    assert rows.count() == 12
    in_view = "all => all.filter(row => row.getBoundingClientRect().bottom <= innerHeight).length"
    measure("my team of 12 at 1280 × 800: rows in view", rows.evaluate_all(in_view), at_least=12, unit="rows")


def test_a_conversation_while_it_is_written(cast: Cast, opened: Opened, measure: Measure) -> None:
    for text in ("Blive tryg i svære samtaler", "Kunne lede et møde"):
        goal = Goal.objects.create(plan=cast.plan, text=text, sign="Jeg gør det selv")
        cast.agree(goal=goal)
    cast.agree(Kind.PRACTICE, goal=goal)
    page = opened(cast.mette, f"/samtaler/{cast.conversation.pk}/")
    measure("conversation, 2 goals and 3 agreements", height(page), at_most=2600, unit="px")


@pytest.fixture
def several_stages(browser: Browser) -> Iterator[Cast]:
    with time_machine.travel(f"{TODAY.isoformat()}T10:00:00+01:00", tick=True):
        yield kept_in_several_stages().bring()


def test_the_figures(several_stages: Cast, opened: Opened, measure: Measure) -> None:
    page = opened(several_stages.hanne, "/udbytte/")
    measure("figures", height(page), at_most=2200, unit="px")


def test_the_result_of_a_self_check(several_stages: Cast, opened: Opened, measure: Measure) -> None:
    page = opened(several_stages.hanne, f"/selvtjek/{self_checks(several_stages)[0]}/")
    measure("result of a self-check", height(page), at_most=1600, unit="px")


def test_the_result_of_a_self_check_without_login(opened: Opened, measure: Measure) -> None:
    page = opened(None, "/selvtjek/")
    for number in NUMBERS:
        page.locator(f"#q{number}-{'no' if number % 2 else 'partly'}").check(force=True)  # advice on all eight
    with page.expect_navigation():
        page.get_by_role("button", name="Se, hvad der hjælper").click()
    measure("result of a self-check without login", height(page), at_most=1600, unit="px")


@pytest.mark.parametrize("who", ["mette", "lars", "bente", "birgit", "hanne", "karim"])
def test_the_first_page_on_a_phone(several_stages: Cast, opened: Opened, measure: Measure, who: str) -> None:
    page = opened(person_called(several_stages, who), "/", width=360)
    measure(f"first page at 360 px, {who}", height(page), at_most=1600, unit="px")


# --- Weight ---


def weight(responses: list[Response]) -> float:
    """Kilobytes, compressed."""
    return round(sum(len(gzip.compress(response.body())) for response in responses) / 1000, 1)


def test_weight_of_the_first_visit_and_of_later_pages(
    several_stages: Cast, browser: Browser, live_server: LiveServer, measure: Measure
) -> None:
    page = enter(browser, live_server, several_stages.lars, 1280, "light", "da")
    loaded: list[Response] = []
    page.on("response", lambda response: loaded.append(response))
    page.goto("/", wait_until="networkidle")
    first = weight(loaded)
    later = {}
    for path in ("/medarbejdere/", f"/samtaler/{several_stages.conversation.pk}/", "/kurser/", "/plan/", "/budget/"):
        loaded.clear()
        page.goto(path, wait_until="networkidle")
        later[path] = weight([one for one in loaded if "text/html" in one.headers.get("content-type", "")])
    measure("weight of a first visit, compressed", first, at_most=90, unit="KB")
    for path, value in later.items():
        measure(f"weight of {re.sub('[0-9]+', '…', path)} later", value, at_most=15, unit="KB")


# --- Emails ---


def weekly(person: Person, on: date) -> Email:
    write_emails(on=on)
    return Email.objects.filter(person=person, kind="digest").latest("pk")


def test_an_email_when_much_waits(several_stages: Cast, measure: Measure) -> None:
    values = {}
    for who in ("mette", "lars", "bente", "hanne"):
        email = weekly(getattr(several_stages, who), TODAY + timedelta(days=28))
        values[f"items in the email to {who}"] = (len(email.text.split("\n* ")) - 1, 5)
        values[f"links in the email to {who}"] = (email.html.count("<a "), 10)
    for what, (value, bound) in values.items():
        measure(what, value, at_most=bound, unit="")


# --- Presses ---


class Presses:
    """Counts what somebody presses, and each field they fill in."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.count = 0

    def open(self, address: str) -> None:
        """A link of an email."""
        self.count += 1
        self.page.goto(address)

    def press(self, what: Locator) -> None:
        self.count += 1
        with self.page.expect_navigation():
            what.click()

    def tick(self, what: Locator) -> None:
        self.count += 1
        what.locator("xpath=ancestor::label").click()  # a chip's own box is not seen

    def fill(self, what: Locator, text: str) -> None:
        self.count += 1
        what.fill(text)


def addresses_in(email: Email) -> list[str]:
    """The paths that an email leads to."""
    return [re.sub(r"^https?://[^/]+", "", html.unescape(found)) for found in re.findall(r'href="([^"]+)"', email.html)]


def answer_in(email: Email, event: Event, **facts: Any) -> str:
    """The path in an email that answers with that event."""
    for path in addresses_in(email):
        if path.startswith("/svar/"):
            link = AnswerLink.read(path.split("/")[2], on=email.on)
            if link.event is event and facts.items() <= link.facts.items():
                return path
    raise AssertionError(f"no link in the email answers with {event}")


def with_helper(cast: Cast) -> Agreement:
    return take_step(cast.agree(Kind.PRACTICE), Event.ASK, by=cast.mette, on=TODAY, helper=cast.karim)


@pytest.mark.prove
def test_a_helpers_yes_from_the_email(cast: Cast, opened: Opened, measure: Measure) -> None:
    agreement = with_helper(cast)
    path = answer_in(weekly(cast.karim, TODAY), Event.ACCEPT)
    presses = Presses(opened(None, "/konto/login/"))
    presses.open(path)
    presses.press(presses.page.locator("main form button[type=submit]").first)
    agreement.refresh_from_db()
    assert agreement.step == "start"
    measure("a helper's yes, from the email", presses.count, at_most=2, unit="presses")


@pytest.mark.prove
def test_a_check_in_from_the_email(cast: Cast, opened: Opened, measure: Measure) -> None:
    agreement = take_step(with_helper(cast), Event.ACCEPT, by=cast.karim, on=TODAY)
    agreement = take_step(agreement, Event.START, by=cast.mette, on=TODAY)
    make_late([agreement], 3)
    path = answer_in(weekly(cast.mette, TODAY), Event.CHECK_IN, happens="yes")
    presses = Presses(opened(None, "/konto/login/"))
    presses.open(path)
    presses.press(presses.page.locator("main form button[name=happens][value=yes]"))
    assert CheckIn.objects.filter(agreement=agreement, happens=True).exists()
    measure("a check-in, from the email", presses.count, at_most=2, unit="presses")


@pytest.mark.prove
@pytest.mark.parametrize("number", [1, 3])
def test_nominations_on_the_page(cast: Cast, opened: Opened, measure: Measure, number: int) -> None:
    rows = nominated(cast, [cast.plan, *more_people(cast, 2)])[:number]
    presses = Presses(opened(cast.birgit, "/budget/"))
    page = presses.page
    if number == 1:
        presses.press(page.locator(f"#n{rows[0].pk} form button[type=submit]").first)
    else:
        for row in rows:
            presses.tick(page.locator(f"#n{row.pk} input[name=chosen]"))
        presses.press(page.locator("#grant-several button"))
    assert Agreement.objects.filter(pk__in=[row.pk for row in rows], step="decide").count() == 0
    most = {1: 1, 3: 4}[number]
    measure(f"{number} nominations granted, from the page", presses.count, at_most=most, unit="presses")


@pytest.mark.prove
def test_a_nomination_from_the_email(cast: Cast, opened: Opened, measure: Measure) -> None:
    (row,) = nominated(cast, [cast.plan])
    email = weekly(cast.birgit, TODAY)
    presses = Presses(opened(cast.birgit, "/plan/"))
    path = next(path for path in addresses_in(email) if f"/aftaler/{row.pk}/" in path or path.startswith("/budget/"))
    presses.open(path)
    presses.press(presses.page.locator("main form:has(input[name=event][value=grant]) button[type=submit]").first)
    row.refresh_from_db()
    assert row.step != "decide"
    measure("a nomination granted, from the email", presses.count, at_most=2, unit="presses")


@pytest.mark.prove
def test_times_for_ten_employees(cast: Cast, opened: Opened, measure: Measure) -> None:
    people = [employ(make_person(f"Ny{number}"), cast.kindergarten) for number in range(10)]
    follow_organisation_changes(on=TODAY)
    for employment in people:
        Conversation.objects.create(round=cast.round, employment=employment, manager=cast.lars)
    presses = Presses(opened(cast.lars, "/medarbejdere/"))
    page = presses.page
    presses.press(page.locator("main a[href='/medarbejdere/samtaler/tider/']").first)
    offer = page.locator("main form:has(input[value=offer])")
    for number in range(2):
        presses.tick(offer.locator(".chips input").nth(number))
    presses.fill(offer.locator("input[name=times]"), "9.00, 10.00, 11.00, 13.00, 14.00")
    presses.press(offer.locator("button[type=submit]"))
    assert Slot.objects.count() == 10
    measure("times for ten employees, from my team", presses.count, at_most=6, unit="presses")


@pytest.mark.prove
def test_a_round_from_last_years(cast: Cast, opened: Opened, measure: Measure) -> None:
    Round.objects.filter(pk=cast.round.pk).update(procedure="Vi mødes en gang om året.")
    presses = Presses(opened(cast.hanne, "/runder/"))
    page = presses.page
    presses.press(page.locator("main a[href='/runder/ny/']"))
    presses.press(page.locator("main form.card > button[type=submit], main form button[type=submit]").last)
    made = Round.objects.exclude(pk=cast.round.pk).get()
    presses.press(page.locator("main form:has(input[value=publish]) button, main button[value=publish]").first)
    made.refresh_from_db()
    assert made.published_on is not None
    measure("a round like last year's, published", presses.count, at_most=4, unit="presses")


# On the page to which a figure leads one does something: a form is sent, a page to do it on opened, or a sheet printed.
DOES = "main form[method=post] button:visible, main a.ds-button:visible, main.wall"


@pytest.mark.prove
@pytest.mark.parametrize("who", ["lars", "hanne"])
def test_each_figure_to_its_remedy(several_stages: Cast, opened: Opened, measure: Measure, who: str) -> None:
    """Any of the seven may be the worst: from each it is as few presses to the page where one does something."""
    presses = Presses(opened(person_called(several_stages, who), "/udbytte/"))
    page, counts = presses.page, []
    for number in range(1, 8):
        page.goto("/udbytte/")
        presses.count = 0
        presses.press(page.locator(f"#q{number} a"))
        presses.press(page.locator(".seven .answer .ds-button").first)
        assert page.locator(DOES).count(), f"question {number} leads to {page.url}, where nothing can be done"
        counts.append(presses.count)
    measure(f"each figure to its remedy, {who}", max(counts), at_most=2, unit="presses")


@pytest.mark.prove
def test_the_worst_figure_to_its_remedy(several_stages: Cast, opened: Opened, measure: Measure) -> None:
    presses = Presses(opened(several_stages.hanne, "/udbytte/"))
    presses.press(presses.page.locator("section.start .ds-button"))
    assert presses.page.locator(DOES).count()
    measure("the worst figure to its remedy", presses.count, at_most=2, unit="presses")
