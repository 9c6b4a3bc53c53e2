"""The ground rules: versions to confirm again, questions answered for all, kick-off meetings, and alignment."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from icalendar import Calendar

from tests.browsing import enter
from tests.cast import TODAY, Cast, employ, make_person
from udbytte.emails.calendar import calendar_objects
from udbytte.emails.feed import feed_token
from udbytte.models import (
    Conversation,
    Email,
    KickoffMeeting,
    Notification,
    Person,
    Round,
    RulesConfirmation,
    RulesQuestion,
    RulesVersion,
)
from udbytte.queries.rounds.rules import BEFORE, NEVER, NOW, alignment_of, rules_for, team_alignment
from udbytte.services.errors import MissingFact, NotPermitted, NotPossible, Refused, TooLong
from udbytte.services.notifications.follow_up import follow_up
from udbytte.services.notifications.write import write_urgent_emails
from udbytte.services.people.organisation import follow_organisation_changes
from udbytte.services.people.preferences import open_calendar_feed
from udbytte.services.rounds.rounds import close_round, create_round, publish_round, save_round
from udbytte.services.rounds.rules import (
    add_to_rules,
    answer_rules_question,
    ask_about_rules,
    cancel_kickoff,
    confirm_rules,
    hold_kickoff,
    plan_kickoff,
)

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 11, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def published(cast: Cast) -> Round:
    """A round of the children's area, published with its rules: Mette and Karim with Lars, Lars with Dorthe."""
    round_ = create_round(
        by=cast.hanne,
        on=TODAY,
        name="MUS 2026-27",
        units=[cast.children],
        announced_on=TODAY,
        conversations_from=TODAY + 14 * DAY,
        conversations_to=TODAY + 60 * DAY,
        closes_on=TODAY + 300 * DAY,
        procedure="En time i ro.",
        money="Spørg Lars.",
    )
    publish_round(round_, by=cast.hanne, on=TODAY)
    Notification.objects.all().delete()
    return Round.objects.get(pk=round_.pk)


def told(kind: str) -> set[str]:
    return set(Notification.objects.filter(kind=kind).values_list("person__given_name", flat=True))


def url(round_: Round) -> str:
    return reverse("rules", args=[round_.pk])


# --- Versions ---


def test_publishing_numbers_the_rules_and_a_draft_has_no_version(cast: Cast, published: Round) -> None:
    (first,) = RulesVersion.objects.filter(round=published)
    assert (first.number, first.unit, first.texts["procedure"]) == (1, None, "En time i ro.")
    save_round(published, by=cast.hanne, on=TODAY, name="MUS 26/27")
    assert RulesVersion.objects.filter(round=published).count() == 1


def test_changed_rules_ask_those_again_who_have_read_them_once_and_say_what_is_new(
    cast: Cast, published: Round
) -> None:
    confirm_rules(published, by=cast.mette, on=TODAY)
    assert rules_for(published, cast.mette).read_on == TODAY
    save_round(published, by=cast.hanne, on=TODAY + DAY, money="Der er mere nu.")
    save_round(published, by=cast.hanne, on=TODAY + DAY, money="Der er mere nu.")
    assert told("rules_changed") == {"Mette"}
    assert Notification.objects.get(kind="rules_changed").facts["parts"] == ["money"]
    shown = rules_for(published, cast.mette)
    assert (shown.read_on, set(shown.changed), shown.first_read_on) == (None, {"money"}, TODAY)
    page = enter(cast.mette).get(url(published)).content.decode()
    assert "Noget er nyt, siden du læste dem" in page
    assert "Læs rammerne" in enter(cast.mette).get("/").content.decode()
    confirm_rules(published, by=cast.mette, on=TODAY + 2 * DAY)
    assert rules_for(published, cast.mette).read_on == TODAY + 2 * DAY
    assert RulesConfirmation.objects.get(round=published, person=cast.mette).confirmed_on == TODAY  # stays in history
    assert "Læs rammerne" not in enter(cast.mette).get("/").content.decode()


def test_what_changed_twice_since_is_all_marked(cast: Cast, published: Round) -> None:
    confirm_rules(published, by=cast.mette, on=TODAY)
    save_round(published, by=cast.hanne, on=TODAY, money="Andet")
    save_round(published, by=cast.hanne, on=TODAY, criteria="Behov")
    assert rules_for(published, cast.mette).changed == {"money", "criteria"}


def test_rules_that_change_while_the_page_is_open_are_not_confirmed_unseen(cast: Cast, published: Round) -> None:
    client = enter(cast.mette)
    seen = [one.pk for one in client.get(url(published)).context["versions"]]
    save_round(published, by=cast.hanne, on=TODAY, money="Andet")
    client.post(url(published), {"seen": seen})
    assert not RulesConfirmation.objects.filter(round=published).exists()
    seen = [one.pk for one in client.get(url(published)).context["versions"]]
    client.post(url(published), {"seen": seen})
    assert rules_for(published, cast.mette).read_on == TODAY


def test_what_a_unit_adds_is_for_that_unit_and_asks_it_alone(cast: Cast, published: Round) -> None:
    for person in (cast.mette, cast.lars):
        confirm_rules(published, by=person, on=TODAY)
    add_to_rules(published, cast.kindergarten, "Vi tager samtalen på legepladsen.", by=cast.lars, on=TODAY)
    assert told("rules_changed") == {"Mette", "Karim"}
    page = enter(cast.mette).get(url(published)).content.decode()
    assert "legepladsen" in page and "Det gælder også i" in page
    assert rules_for(published, cast.mette).read_on is None
    other = employ(make_person("Palle"), cast.children)
    follow_organisation_changes(on=TODAY)
    Conversation.objects.create(round=published, employment=other, manager=cast.dorthe)
    assert "legepladsen" not in enter(other.person).get(url(published)).content.decode()
    add_to_rules(published, cast.kindergarten, "", by=cast.lars, on=TODAY + DAY)
    assert rules_for(published, cast.mette).additions == []
    assert rules_for(published, cast.mette).read_on == TODAY


def test_who_manages_the_unit_or_is_hr_adds_to_its_rules_and_nobody_else(cast: Cast, published: Round) -> None:
    for person in (cast.mette, cast.bente, cast.soren, cast.jonas):
        with pytest.raises(NotPermitted):
            add_to_rules(published, cast.kindergarten, "Nyt", by=person, on=TODAY)
    with pytest.raises(NotPermitted):
        add_to_rules(published, cast.children, "Nyt", by=cast.lars, on=TODAY)
    with pytest.raises(NotPossible):
        add_to_rules(published, cast.roads, "Nyt", by=cast.hanne, on=TODAY)
    for person in (cast.dorthe, cast.hanne):
        assert add_to_rules(published, cast.kindergarten, f"Af {person}", by=person, on=TODAY) is not None
    close_round(published, by=cast.hanne, on=TODAY)
    with pytest.raises(NotPossible):
        add_to_rules(published, cast.kindergarten, "Sent", by=cast.lars, on=TODAY)


# --- Questions ---


def test_a_question_goes_to_the_manager_and_its_answer_to_the_unit_without_a_name(cast: Cast, published: Round) -> None:
    client = enter(cast.mette)
    for _press in range(2):
        client.post(url(published), {"do": "ask", "text": "Må vi søge master?"})
    question = RulesQuestion.objects.get()
    assert (question.unit, told("rules_question")) == (cast.kindergarten, {"Lars"})
    assert "Må vi søge master" not in enter(cast.karim).get(url(published)).content.decode()
    assert "1 spørgsmål om rammerne venter" in enter(cast.lars).get("/").content.decode()
    page = enter(cast.lars).get(reverse("team-rules")).content.decode()
    assert "Må vi søge master" in page and "Mette Hansen spørger" in page
    answer = {"question": question.pk, "answer": "Ja, gennem fonden."}
    assert enter(cast.lars).post(reverse("team-rules"), answer).status_code == 302
    for person in (cast.karim, cast.mette):
        page = enter(person).get(url(published)).content.decode()
        assert "Må vi søge master" in page and "Ja, gennem fonden" in page
    assert "Mette" not in enter(cast.karim).get(url(published)).content.decode()
    assert told("rules_answer") == {"Mette"}
    assert "Ja, gennem fonden" not in enter(cast.lars).get(reverse("team-rules")).content.decode()


def test_only_the_present_manager_answers_and_an_answer_is_not_empty(cast: Cast, published: Round) -> None:
    question = ask_about_rules(published, "Hvad med tiden?", by=cast.mette, on=TODAY)
    for person in (cast.mette, cast.dorthe, cast.hanne, cast.jonas):
        with pytest.raises(NotPermitted):
            answer_rules_question(question, "Svar", by=person, on=TODAY)
    with pytest.raises(MissingFact):
        answer_rules_question(question, " ", by=cast.lars, on=TODAY)
    with pytest.raises(NotPermitted):
        ask_about_rules(published, "Må jeg?", by=cast.jonas, on=TODAY)
    sent = {"question": question.pk, "answer": "Svar"}
    assert enter(cast.dorthe).post(reverse("team-rules"), sent).status_code == 404


@pytest.mark.parametrize(
    ("days", "hears"),
    [
        *((1, set()), (7, {"Lars"}), (13, {"Lars"}), (14, {"Lars", "Dorthe"})),
        pytest.param(30, {"Lars", "Dorthe"}, marks=pytest.mark.prove),
    ],
)
def test_a_question_that_waits_is_told_again_and_then_to_the_next_in_line(
    cast: Cast, published: Round, days: int, hears: set[str]
) -> None:
    ask_about_rules(published, "Hvad med tiden?", by=cast.mette, on=TODAY)
    Notification.objects.all().delete()
    for day in range(days + 1):
        follow_up(on=TODAY + day * DAY)
    rows = Notification.objects.filter(kind__in=("rules_question", "rules_question_above"))
    assert sorted(rows.values_list("person__given_name", flat=True)) == sorted(hears)
    above = rows.filter(kind="rules_question_above").first()
    assert above is None or "Hvad med tiden" not in str(above.facts)
    page = enter(cast.hanne).get(reverse("round", args=[published.pk])).content.decode()
    assert "Hvad med tiden" not in page


# --- Kick-off meetings ---


def meeting(cast: Cast, round_: Round, **facts: Any) -> KickoffMeeting:
    given: dict[str, Any] = {"planned_at": AT, "minutes": 90, "place": "Stuen", "agenda": "1. Hvad skal vi?"}
    return plan_kickoff(round_, cast.kindergarten, by=cast.lars, on=TODAY, **given | facts)


def entry(person: Person) -> tuple[str, Any]:
    text = Email.objects.filter(person=person).order_by("-pk").first()
    assert text is not None
    ((method, object_),) = calendar_objects(text.calendar)
    (event,) = Calendar.from_ical(object_).walk("VEVENT")
    return method, event


def test_everybody_in_the_unit_is_told_once_with_an_invitation_that_moves_and_disappears(
    cast: Cast, published: Round
) -> None:
    made = meeting(cast, published)
    meeting(cast, published, agenda="1. Noget andet")
    assert sorted(Notification.objects.filter(kind="kickoff").values_list("person__given_name", flat=True)) == [
        "Karim",
        "Lars",
        "Mette",
    ]
    write_urgent_emails(on=TODAY)
    assert not Email.objects.exists()  # it is more than a week ahead: the weekly letter is soon enough
    follow_up(on=TODAY)
    method, first = entry(cast.mette)
    assert (method, first["SUMMARY"], first["LOCATION"]) == (
        "REQUEST",
        "MUS 2026-27, opstartsmøde: Børnehuset Mælkebøtten",
        "Stuen",
    )
    assert first["DTSTART"].dt == AT and first["DTEND"].dt == AT + timedelta(minutes=90)
    plan_kickoff(
        published,
        cast.kindergarten,
        planned_at=AT + DAY,
        minutes=60,
        place="Stuen",
        agenda="1.",
        by=cast.lars,
        on=TODAY + 5 * DAY,
    )
    write_urgent_emails(on=TODAY + 5 * DAY)
    method, moved = entry(cast.mette)
    assert (method, moved["UID"], moved["SEQUENCE"]) == ("REQUEST", first["UID"], first["SEQUENCE"] + 1)
    cancel_kickoff(made, by=cast.lars, on=TODAY + 6 * DAY)
    write_urgent_emails(on=TODAY + 6 * DAY)
    method, gone = entry(cast.mette)
    assert (method, gone["UID"], gone["STATUS"]) == ("CANCEL", first["UID"], "CANCELLED")


def test_it_stands_in_the_units_feeds_and_in_nobody_elses(cast: Cast, published: Round) -> None:
    meeting(cast, published)
    for person, there in ((cast.mette, True), (cast.lars, True), (cast.jonas, False)):
        open_calendar_feed(person)
        person.refresh_from_db()
        text = enter(person).get(reverse("calendar-feed", args=[feed_token(person)])).content.decode()
        assert ("opstartsm" in text) is there


def test_who_was_there_and_what_was_clarified_is_read_by_the_unit(cast: Cast, published: Round) -> None:
    made = meeting(cast, published)
    client, page = enter(cast.lars), reverse("kickoff", args=[made.pk])
    sent = {"do": "held", "held_on": "2026-03-02", "present": [cast.mette.pk], "clarified": "Alle må søge."}
    assert client.post(page, sent | {"held_on": "2026-03-03"}).status_code == 422
    assert client.post(page, sent | {"present": [cast.jonas.pk]}).status_code == 422
    assert client.post(page, sent).status_code == 302
    page_text = enter(cast.karim).get(page).content.decode()
    assert "Alle må søge." in page_text and "Mette Hansen" in page_text and "Gem" not in page_text
    for person in (cast.jonas, cast.bente, cast.soren):
        assert enter(person).get(page).status_code == 404
    enter(cast.mette).post(page, sent | {"clarified": "Nej"})
    made.refresh_from_db()
    assert made.clarified == "Alle må søge."


def test_a_meeting_is_called_by_who_leads_the_unit_for_a_day_to_come(cast: Cast, published: Round) -> None:
    for wrong, refusal in (
        ({"by": cast.mette}, NotPermitted),
        ({"by": cast.bente}, NotPermitted),
        ({"planned_at": AT - 30 * DAY}, Refused),
        ({"minutes": 5}, Refused),
    ):
        facts: dict[str, Any] = {"planned_at": AT, "minutes": 60, "place": "", "agenda": "1.", "by": cast.lars} | wrong
        with pytest.raises(refusal):
            plan_kickoff(published, cast.kindergarten, on=TODAY, **facts)
    assert not KickoffMeeting.objects.exists()
    held = hold_kickoff(meeting(cast, published), held_on=TODAY, present=[], clarified="", by=cast.dorthe, on=TODAY)
    with pytest.raises(Refused, match="allerede holdt"):
        meeting(cast, published)
    with pytest.raises(Refused, match="allerede holdt"):
        cancel_kickoff(held, by=cast.lars, on=TODAY)


def test_who_leads_the_unit_is_asked_on_the_first_page_from_the_day_of_the_meeting_on(
    cast: Cast, published: Round
) -> None:
    planned, asks = meeting(cast, published), "Har I holdt opstartsmøde i"
    assert asks not in enter(cast.lars).get("/").content.decode()
    KickoffMeeting.objects.update(planned_at=AT - timedelta(days=30))
    page_text = enter(cast.lars).get("/").content.decode()
    assert asks in page_text and reverse("kickoff", args=[planned.pk]) in page_text
    assert asks not in enter(cast.mette).get("/").content.decode()
    page = enter(cast.lars).get(f"/opstart/{planned.pk}/").content.decode()
    assert '<details class="more no-print" open>' in " ".join(page.split())
    hold_kickoff(planned, held_on=TODAY, present=[cast.mette], clarified="", by=cast.lars, on=TODAY)
    assert asks not in enter(cast.lars).get("/").content.decode()


# --- Alignment ---


def test_the_manager_sees_by_name_who_goes_in_unaligned(cast: Cast, published: Round) -> None:
    def stands() -> list[tuple[str, str, bool, bool]]:
        return [
            (one.person.given_name, one.read, one.waits, one.met) for one in team_alignment(published, cast.lars, TODAY)
        ]

    assert stands() == [("Karim", NEVER, False, False), ("Mette", NEVER, False, False)]
    confirm_rules(published, by=cast.mette, on=TODAY)
    ask_about_rules(published, "Hvad?", by=cast.karim, on=TODAY)
    hold_kickoff(meeting(cast, published), held_on=TODAY, present=[cast.mette], clarified="", by=cast.lars, on=TODAY)
    assert stands() == [("Karim", NEVER, True, False), ("Mette", NOW, False, True)]
    save_round(published, by=cast.hanne, on=TODAY, money="Andet")
    assert stands()[1] == ("Mette", BEFORE, False, True)


def test_hr_reads_counts_of_five_or_more_and_no_name(cast: Cast, published: Round) -> None:
    assert alignment_of(published, on=TODAY).total == {}
    people = [make_person(f"Ny{number}") for number in range(5)]
    for person in people:
        job = employ(person, cast.kindergarten)
        Conversation.objects.create(round=published, employment=job, manager=cast.lars)
        confirm_rules(published, by=person, on=TODAY)
    confirm_rules(published, by=cast.mette, on=TODAY)
    total = dict(alignment_of(published, on=TODAY).total)
    assert total == {"people": 8, "read": 6, "waits": 0, "met": 0}  # Dorthe, alone in her unit, is counted nowhere
    page = enter(cast.hanne).get(reverse("round", args=[published.pk])).content.decode()
    assert "Klar til samtalerne" in page and "Mette" not in page and "Ny0" not in page


def test_pages_of_the_rules_are_for_those_they_concern(cast: Cast, published: Round) -> None:
    unit = reverse("unit-rules", args=[published.pk, cast.kindergarten.pk])
    plan = reverse("plan-kickoff", args=[published.pk, cast.kindergarten.pk])
    for page in (unit, plan):
        got = {
            one.given_name
            for one in (cast.mette, cast.lars, cast.dorthe, cast.bente, cast.hanne, cast.soren)
            if enter(one).get(page).status_code == 200
        }
        assert got == {"Lars", "Dorthe", "Hanne"}
    sent = {"planned_at": "2026-03-11T10:00", "minutes": "60", "place": "Stuen", "agenda": "1. Hvad skal vi?"}
    assert enter(cast.lars).post(plan, sent).status_code == 302
    assert KickoffMeeting.objects.get().planned_at == AT
    assert enter(cast.lars).post(plan, sent | {"planned_at": "i morgen"}).status_code == 422
    assert enter(cast.lars).post(unit, {"text": "Vi mødes ude."}).status_code == 302
    assert RulesVersion.objects.get(unit=cast.kindergarten).published_on == date(2026, 3, 2)


def test_a_question_or_an_answer_that_is_too_long_is_refused_and_not_cut(cast: Cast, published: Round) -> None:
    question = ask_about_rules(published, "x" * 2000, by=cast.mette, on=TODAY)
    answer_rules_question(question, "y" * 4000, by=cast.lars, on=TODAY)
    for write in (
        lambda: ask_about_rules(published, "x" * 2001, by=cast.mette, on=TODAY),
        lambda: answer_rules_question(question, "y" * 4001, by=cast.lars, on=TODAY),
        lambda: add_to_rules(published, cast.kindergarten, "z" * 8001, by=cast.lars, on=TODAY),
    ):
        with pytest.raises(TooLong):
            write()
    question = RulesQuestion.objects.get()
    assert (len(question.text), len(question.answer)) == (2000, 4000)
