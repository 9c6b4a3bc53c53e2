"""What has stalled, on a screen and on a phone: 46 steps are groups that fit one screen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from tests.browser.looks import enter, keep_picture, look_at
from tests.browser.measures import Measure
from tests.cast import LONG_AGO, TODAY, Cast, employ, make_person, make_unit
from tests.house import more_people
from tests.stalled import come_to_hr, make_late, nominated, of_plan
from udbytte.domain.lifecycle import Event, Kind
from udbytte.models import (
    Agreement,
    Conversation,
    DevelopmentPlan,
    FollowUpRun,
    Goal,
    ManagerRole,
    Person,
    Role,
    RoleAssignment,
)
from udbytte.services.agreements.line import follow_the_line
from udbytte.services.agreements.routing import announce_routing
from udbytte.services.agreements.take_step import take_step
from udbytte.services.people.organisation import follow_organisation_changes

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=False)


def stuck(row: Agreement, head: Person) -> Agreement:
    row = take_step(row, Event.NEED_NOBODY, by=row.employee, on=TODAY, reason="Det går selv")
    row = take_step(row, Event.START, by=row.employee, on=TODAY)
    row = take_step(row, Event.GET_STUCK, by=None, on=TODAY)
    Agreement.objects.filter(pk=row.pk).update(step_owner=head)
    return row


def heads(cast: Cast, count: int) -> list[Person]:
    """Managers of so many houses in another part of the organisation."""
    area = make_unit("Ældre og Sundhed", cast.municipality)
    people = []
    for number in range(count):
        head, house = make_person(f"Leder{number}", "Kristiansen"), make_unit(f"Hjemmeplejen {number}", area)
        employ(head, house)
        ManagerRole.objects.create(person=head, unit=house, starts_on=LONG_AGO)
        people.append(head)
    return people


def forty_six(cast: Cast) -> None:
    """15 nominations at one budget owner, 9 talks, 6 about money, 11 at one coordinator, 5 without an owner."""
    plans = more_people(cast, 46, prefix="Person")
    leaders = heads(cast, 7)
    follow_organisation_changes(on=TODAY)
    nominations = nominated(cast, plans[:15])
    make_late(nominations[:7], 30)
    come_to_hr(cast, nominations[7:], days=48)
    talks = [stuck(of_plan(cast, plan, kind=Kind.PRACTICE), leaders[n % 7]) for n, plan in enumerate(plans[15:24])]
    for row in talks:
        assert row.step == "talk_stuck"
        Agreement.objects.filter(pk=row.pk).update(unit=leaders[0].employments.get().unit)
    make_late(talks, 25)
    found = [
        take_step(of_plan(cast, plan), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run) for plan in plans[24:30]
    ]
    for number, row in enumerate(found):
        Agreement.objects.filter(pk=row.pk).update(step_owner=leaders[number % 3])
    make_late(found, 33)
    make_late([of_plan(cast, plan) for plan in plans[30:41]], 24)
    without = [of_plan(cast, plan) for plan in plans[41:]]
    Agreement.objects.filter(pk__in=[row.pk for row in without]).update(stray=True, step_owner=cast.hanne)


def height(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollHeight"))


def test_forty_six_stalled_steps_fit_one_screen_of_hr(
    cast: Cast, browser: Browser, live_server: LiveServer, measure: Measure
) -> None:
    forty_six(cast)
    page = enter(browser, live_server, cast.hanne, 1280, "light", "da")
    page.goto("/gaaet-i-staa/")
    assert page.locator("h1").inner_text() == "46 opgaver er gået i stå"
    assert page.locator("table.cards tbody tr").count() == 5
    measure("46 stalled steps", height(page), at_most=1200, unit="px")
    keep_picture(page, "hr-stalled", "1280")
    page.goto(f"/gaaet-i-staa/decide-{cast.birgit.pk}/")
    keep_picture(page, "hr-group", "1280")
    page.goto("/")
    keep_picture(page, "hr-home", "1280")
    page.set_viewport_size({"width": 360, "height": 800})
    keep_picture(page, "hr-home", "360")
    page.goto(f"/gaaet-i-staa/decide-{cast.birgit.pk}/")
    keep_picture(page, "hr-group", "360")
    page.goto("/gaaet-i-staa/")
    keep_picture(page, "hr-stalled", "360")
    rows = page.locator("table.cards tbody tr")
    heights = rows.evaluate_all("all => all.map(one => one.getBoundingClientRect().height)")
    assert max(heights) <= 250, heights  # a card of three lines, with its buttons
    for path in ("/gaaet-i-staa/", f"/gaaet-i-staa/decide-{cast.birgit.pk}/"):
        page.goto(path)
        for look in ((360, "dark"), (1280, "light")):
            assert look_at(page, [], look) == [], path
    page.context.close()


def lists(cast: Cast) -> None:
    other = make_person("Otto", "Overgaard")
    employ(other, cast.municipality)
    RoleAssignment.objects.create(person=other, role=Role.COORDINATOR, unit=cast.municipality, starts_on=LONG_AGO)
    rows = [of_plan(cast, plan, title="Den svære samtale med pårørende") for plan in more_people(cast, 5, prefix="Ny")]
    make_late(rows, 15)
    take_step(rows[0], Event.MOVE_ON, by=None, on=TODAY, facts={"owner": other, "level": 1, "days": 15})
    take_step(rows[1], Event.MOVE_ON, by=None, on=TODAY, facts={"owner": other, "level": 1, "days": 15})
    found = take_step(rows[2], Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    make_late([found], 29)
    take_step(found, Event.MOVE_ON, by=None, on=TODAY, facts={"owner": cast.dorthe, "level": 2, "days": 29})
    late = take_step(rows[3], Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    make_late([late], 23)
    make_late([take_step(stuck(cast.agree(Kind.PRACTICE), cast.lars), Event.MOVE_ON, by=None, on=TODAY, facts={
        "owner": cast.dorthe, "level": 1, "days": 15,
    })], 15)  # fmt: skip


def about_to_lapse(cast: Cast) -> Agreement:
    goal = Goal.objects.create(plan=cast.plan, text="Kunne tale med pårørende")
    agreement = cast.agree(goal=goal)
    make_late([agreement], 56)
    facts = {"owner": cast.hanne, "level": 2, "days": 42}
    agreement = take_step(agreement, Event.MOVE_ON, by=None, on=TODAY - timedelta(days=30), facts=facts)
    Agreement.objects.filter(pk=agreement.pk).update(line_told_on=TODAY - timedelta(days=14))
    for number in range(70):
        FollowUpRun.objects.create(on=TODAY - timedelta(days=70 - number), finished_at=f"{TODAY}T08:00:00+01:00")
    follow_the_line(on=TODAY)
    return agreement


def lapsed_twice(cast: Cast) -> Conversation:
    agreement = take_step(cast.agree(title="Førstehjælp"), Event.LAPSE, by=None, on=TODAY)
    agreement = take_step(agreement, Event.REOPEN, by=cast.mette, on=TODAY)
    take_step(agreement, Event.LAPSE, by=None, on=TODAY)
    cast.round.pk, cast.round.name = None, "MUS 2027"
    cast.round.conversations_from = TODAY - timedelta(days=1)
    cast.round.save()
    talk = Conversation.objects.create(round=cast.round, employment=cast.employment, manager=cast.lars, held_on=TODAY)
    DevelopmentPlan.objects.create(conversation=talk)
    return talk


def test_the_pages_of_those_concerned_fit_a_phone(cast: Cast, browser: Browser, live_server: LiveServer) -> None:
    lists(cast)
    with_dorthe = Agreement.objects.filter(step_owner=cast.dorthe, step="settle_money").get()
    stuck_row = Agreement.objects.filter(step_owner=cast.dorthe, step="talk_stuck").get()
    asked = about_to_lapse(cast)
    lapsed = take_step(cast.agree(title="Excel for begyndere"), Event.LAPSE, by=None, on=TODAY)
    waits = take_step(cast.agree(title="Konflikter"), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    waits = take_step(waits, Event.FUND, by=cast.lars, on=TODAY, price=6000)
    take_step(take_step(waits, Event.WAITLIST, by=cast.bente, on=TODAY), Event.LAPSE, by=None, on=TODAY)
    announced = cast.agree(title="Regneark")
    announced = come_to_hr(cast, [announced])[0]
    announce_routing([announced], to=Person.objects.get(given_name="Otto"), by=cast.hanne, on=TODAY)
    talk = lapsed_twice(cast)
    pages = (
        (cast.bente, "/gaaet-i-staa/", "coordinator-stalled"),
        (cast.dorthe, "/gaaet-i-staa/", "above-stalled"),
        (cast.dorthe, "/", "above-home"),
        (cast.dorthe, f"/aftaler/{with_dorthe.pk}/", "above-money"),
        (cast.dorthe, f"/aftaler/{stuck_row.pk}/", "above-stuck"),
        (cast.mette, f"/aftaler/{asked.pk}/", "before-lapse"),
        (cast.mette, f"/aftaler/{lapsed.pk}/", "lapsed"),
        (cast.mette, f"/aftaler/{announced.pk}/", "announced"),
        (cast.mette, "/plan/", "plan"),
        (cast.bente, "/kursusopgaver/", "board"),
        (cast.mette, f"/samtaler/{talk.pk}/", "lapsed-twice"),
    )
    for person, path, name in pages:
        page = enter(browser, live_server, person, 360, "light", "da")
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            response = page.goto(path)
            assert response is not None and response.status == 200, path
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (path, width)
            keep_picture(page, name, str(width))
        assert look_at(page, [], (360, "light")) == [], path
        page.context.close()
