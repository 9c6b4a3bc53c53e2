"""Every page in a browser: axe finds nothing, on a phone and on a desk, light and dark, in both languages.

`SCREENSHOTS=folder pytest tests/browser` keeps a picture of each.
"""

from __future__ import annotations

import functools
import os
import re
import time
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
import time_machine
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from tests.browsing import sent
from tests.cast import TODAY, Cast, employ, make_cast, make_person
from tests.house import more_people
from tests.kept import Kept
from udbytte.access.links import (
    AnswerLink,
    Ballot,
    MeetingLink,
    MeetingQuestion,
    PartnerLink,
    SignatureLink,
    WrittenLink,
)
from udbytte.domain.figures.selfcheck import NUMBERS, Answer
from udbytte.domain.lifecycle import Event, Kind
from udbytte.imports.jobs import carry_out_import, store_upload
from udbytte.models import (
    Agreement,
    CheckIn,
    Conversation,
    Course,
    DemoMark,
    DevelopmentPlan,
    FundingSource,
    Goal,
    GroupConversation,
    ImportRun,
    JointNeed,
    KickoffMeeting,
    Person,
    PracticeMethod,
    PreparationQuestion,
    Round,
    SelfCheck,
    WrittenAnswer,
)
from udbytte.models.imports import ImportState
from udbytte.queries.conversations.texts import mark_of_plan
from udbytte.services.agreements.take_step import agree_activity, take_step
from udbytte.services.agreements.written_answers import write_down
from udbytte.services.conversations.plan import save_preparation
from udbytte.services.courses.joint_needs import confirm_joint_need
from udbytte.services.figures.selfcheck import answer_self_check, open_self_check
from udbytte.services.meetings.follow_up_talks import add_agenda_item, hold_follow_up_talk, mark_agenda_item
from udbytte.services.meetings.group_goals import add_group_goal
from udbytte.services.meetings.groups import (
    create_group,
    plan_group,
    save_group_notes,
    share_preparation_with_group,
    wish_individual_conversation,
)
from udbytte.services.meetings.slots import offer_times, propose_time, record_absence
from udbytte.services.meetings.times import decline_conversation, plan_conversation
from udbytte.services.money.funding import plan_application
from udbytte.services.people.organisation import follow_organisation_changes
from udbytte.services.practice.offers import offer_help
from udbytte.services.rounds.rounds import create_round
from udbytte.services.rounds.rules import answer_rules_question, ask_about_rules, plan_kickoff

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=False)
PICTURES = os.environ.get("SCREENSHOTS", "")
Look = tuple[int, Any]  # width and colours
LOOKS: dict[str, list[Look]] = {"da": [(360, "light"), (1280, "dark")], "en": [(360, "dark"), (1280, "light")]}
ALL_LOOKS = bool(PICTURES) or os.environ.get("HYPOTHESIS_PROFILE") == "thorough"  # as in `make prove`
PARTS = 4  # so that several workers can share the pages, and none has a long test at its end
LOOK_FOR_FAULTS = """
axe.run({resultTypes: ["violations"]})
    .then(found => found.violations.map(one => [one.id, one.nodes.slice(0, 2).map(node => node.html)]))
"""


@pytest.fixture
def cast() -> Iterator[Cast]:
    """The cast with agreements in several stages, on a known day."""
    with time_machine.travel(f"{TODAY.isoformat()}T10:00:00+01:00", tick=True):
        yield kept_in_several_stages().bring()


@functools.cache
def kept_in_several_stages() -> Kept[Cast]:
    return Kept.from_(in_several_stages)


def in_several_stages() -> Cast:
    cast = make_cast()
    DemoMark.objects.create(made_on=TODAY)  # for /demo/
    cast.round.procedure = "Vi mødes en gang om året."
    cast.round.save()
    cast.round.units.add(cast.children)
    PreparationQuestion.objects.create(
        round=cast.round, text_da="Hvad vil du gerne kunne om et år?", text_en="In a year?"
    )
    cast.agree()
    found = take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    asked = take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    take_step(asked, Event.NOMINATE, by=cast.lars, on=TODAY, reason="Vi mangler det", price=6000)
    helped = take_step(cast.agree(Kind.PRACTICE), Event.ASK, by=cast.mette, on=TODAY, helper=cast.karim)
    CheckIn.objects.create(agreement=helped, by=cast.karim, by_helper=True, asked_on=TODAY)
    offer_help(what="Mentor i dokumentation", by=cast.jonas, on=TODAY)
    practice_in_trouble(cast)
    cast.agree(Kind.PRACTICE, title="Læringsmakker om dokumentation")
    still = cast.agree(Kind.PRACTICE, title="Står stille")
    take_step(still, Event.NEED_NOBODY, by=cast.mette, on=TODAY, reason="Det går selv")
    Agreement.objects.filter(pk=still.pk).update(step_due=TODAY - timedelta(days=30))
    Course.objects.filter(pk=cast.run.course_id).update(kind="diploma")
    source = FundingSource.objects.get(key="transition")
    plan_application(asked, source, by=cast.mette, on=TODAY)
    funded = take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    take_step(funded, Event.FUND, by=cast.lars, on=TODAY, price=6000)
    Agreement.objects.filter(pk=funded.pk).update(step_due=TODAY - timedelta(days=30))
    for plan in more_people(cast, 7):
        agree_activity(
            plan=plan,
            kind=Kind.COURSE,
            title="Fælles kursus",
            planned_from=TODAY,
            planned_to=TODAY,
            by=None,
            on=TODAY,
        )
    going_together(cast)
    follow_up_talk(cast)
    assert found.step == "settle_money"
    a_round_before(cast)
    finding_a_time(cast)
    imports()
    Person.objects.filter(pk=cast.karim.pk).update(email=None)
    return cast


def going_together(cast: Cast) -> None:
    """Mette and a colleague have seats on the same course date, so each is asked about a partner."""
    plan = Agreement.objects.filter(title="Fælles kursus").order_by("pk")[0].plan
    days: dict[str, Any] = {"planned_from": TODAY, "planned_to": TODAY}
    hers = agree_activity(plan=plan, kind=Kind.COURSE, title="Sammen af sted", by=None, on=TODAY, **days)
    sentence = "Hvis mandagsmødet er slut, så øver jeg mig med Karim."
    for agreement in (hers, cast.agree(title="Sammen af sted", if_then=sentence, first_use="Forældremødet")):
        seat = take_step(agreement, Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
        seat = take_step(seat, Event.FUND, by=cast.lars, on=TODAY, price=100, price_reason="Tilbud")
        take_step(seat, Event.REGISTER, by=cast.bente, on=TODAY)


def follow_up_talk(cast: Cast) -> None:
    """The two have talked once, and the next talk has an agenda and a day."""
    items = [add_agenda_item(cast.employment, text, by=cast.mette, on=TODAY) for text in ("Vagtplanen", "Mentor")]
    mark_agenda_item(items[0], done=True, by=cast.lars, on=TODAY)
    hold_follow_up_talk(cast.employment, TODAY, by=cast.lars, on=TODAY, next_on=TODAY + timedelta(days=90))
    done = add_agenda_item(cast.employment, "Kurset i juni", by=cast.lars, on=TODAY)
    mark_agenda_item(done, done=True, by=cast.lars, on=TODAY)
    add_agenda_item(cast.employment, "Forslaget om at droppe den fik intet svar.", by=None, on=TODAY)


def partner_link(cast: Cast) -> str:
    """What the heads-up before Mette's course links to."""
    seat = cast.plan.agreements.get(title="Sammen af sted")
    return PartnerLink(cast.mette.pk, seat.pk, TODAY).path


def finding_a_time(cast: Cast) -> None:
    """Conversations with times to choose from, a proposal, a time that has been, a no, and a leave."""
    people = [employ(make_person(name, "Møde"), cast.kindergarten) for name in ("Asta", "Bo", "Carla", "Dan", "Eva")]
    follow_organisation_changes(on=TODAY)
    for one in people:
        one.refresh_from_db()
    talks = [Conversation.objects.create(round=cast.round, employment=one, manager=cast.lars) for one in people]
    again = Conversation.objects.create(round=cast.round, employment=cast.karim.employments.get(), manager=cast.lars)
    week = timezone.now() + timedelta(days=7)
    offer_times(cast.round, [week, week + timedelta(hours=2)], minutes=60, place="Kontoret", by=cast.lars, on=TODAY)
    propose_time(talks[0], week + timedelta(hours=4), minutes=60, place="Kontoret", by=cast.lars, on=TODAY)
    Conversation.objects.filter(pk=talks[1].pk).update(planned_at=timezone.now() - timedelta(days=3))
    decline_conversation(talks[2], "Jeg stopper til sommer", by=people[2].person, on=TODAY)
    record_absence(people[3], returns_on=TODAY + timedelta(days=60), by=cast.lars, on=TODAY)
    plan_conversation(talks[4], planned_at=week + timedelta(days=1), place="Kontoret", by=cast.lars, on=TODAY)
    assert again.pk
    group_of(cast)


def group_of(cast: Cast) -> None:
    """Two who talk together, with a goal, notes and a preparation that is shared; a third has asked to talk alone."""
    people = [employ(make_person(name, "Gruppe"), cast.kindergarten) for name in ("Fie", "Gry", "Hans")]
    follow_organisation_changes(on=TODAY)
    talks = [Conversation.objects.create(round=cast.round, employment=one, manager=cast.lars) for one in people]
    group = create_group(cast.round, talks, title="Køkkenet", by=cast.lars, on=TODAY)
    at = timezone.now() + timedelta(days=9)
    plan_group(group, planned_at=at, minutes=120, place="Salen", by=cast.lars, on=TODAY)
    add_group_goal(group, text="Lave mad med børnene", sign="De skræller selv", by=cast.lars, on=TODAY)
    save_group_notes(group, "Vi begynder om mandagen.", by=people[0].person, on=TODAY, at=timezone.now(), seen="")
    save_preparation(talks[0], {PreparationQuestion.objects.get().pk: "Mere grønt"}, by=people[0].person, on=TODAY)
    share_preparation_with_group(talks[0], by=people[0].person, on=TODAY)
    wish_individual_conversation(talks[2], by=people[2].person, on=TODAY)


def meeting_link(cast: Cast, name: str, question: MeetingQuestion, chosen: str = "") -> str:
    """What a letter about a conversation's time links to."""
    talk = Conversation.objects.get(round=cast.round, employment__person__given_name=name)
    person = talk.employment.person if question is MeetingQuestion.TIME else cast.lars
    return MeetingLink(question, person.pk, talk.pk, talk.planned_turn, TODAY, chosen).path


def meetings_of(cast: Cast) -> list[tuple[str, str]]:
    """Who looks at which page to find a time."""
    here = Conversation.objects.filter(round=cast.round)
    talks = dict(here.values_list("employment__person__given_name", "pk"))
    return [
        ("lars", "/hold/samtaler/"),
        ("lars", "/hold/samtaler/tider/"),
        ("karim", f"/samtaler/{talks['Karim']}/tid/"),
        *(("lars", f"/samtaler/{talks[name]}/tid/") for name in ("Mette", "Asta", "Bo", "Carla", "Dan", "Eva")),
        ("lars", f"/samtaler/{talks['Bo']}/"),
        ("lars", f"/grupper/{GroupConversation.objects.get().pk}/"),
        ("Fie", f"/grupper/{GroupConversation.objects.get().pk}/"),
        ("Gry", f"/samtaler/{talks['Gry']}/tid/"),
        ("Hans", f"/samtaler/{talks['Hans']}/tid/"),
        ("lars", "/hold/samtaler/gruppe/"),
        ("", meeting_link(cast, "Karim", MeetingQuestion.TIME)),
        ("", meeting_link(cast, "Asta", MeetingQuestion.TIME, "no")),
        ("", meeting_link(cast, "Bo", MeetingQuestion.TALKED, "held")),
    ]


def a_round_before(cast: Cast) -> None:
    """A closed round: something is open from it, and a conversation was not held."""
    older = Round.objects.create(
        name="MUS 2025",
        announced_on=date(2025, 1, 6),
        conversations_from=date(2025, 2, 3),
        conversations_to=date(2025, 4, 30),
        closes_on=date(2025, 12, 31),
        published_on=date(2025, 1, 6),
        closed_on=date(2025, 12, 31),
    )
    older.units.add(cast.municipality)
    karims = cast.karim.employments.get()
    Conversation.objects.create(round=older, employment=karims, manager=cast.lars)
    talk = Conversation.objects.create(
        round=older, employment=cast.employment, manager=cast.lars, held_on=date(2025, 3, 3)
    )
    agree_activity(
        plan=DevelopmentPlan.objects.create(conversation=talk),
        kind=Kind.PRACTICE,
        title="Fra sidste år",
        planned_from=TODAY,
        planned_to=TODAY,
        by=cast.lars,
        on=date(2025, 3, 3),
    )


def practice_in_trouble(cast: Cast) -> None:
    """One that has not happened twice, and one that is done and to be told about."""
    for title, answers in (("Går ikke", 2), ("Gik godt", 0)):
        one = take_step(cast.agree(Kind.PRACTICE, title=title), Event.ASK, by=cast.mette, on=TODAY, helper=cast.karim)
        one = take_step(one, Event.ACCEPT, by=cast.karim, on=TODAY)
        one = take_step(one, Event.START, by=cast.mette, on=TODAY)
        for _ in range(answers):
            one = take_step(one, Event.CHECK_IN, by=cast.mette, on=TODAY, happens=False, learns=False)
        if not answers:
            one = take_step(one, Event.FINISH, by=cast.mette, on=TODAY)
            facts = {"learned": "Jeg spørger, før jeg svarer.", "newness": "much", "hindrances": ["time"]}
            write_down(one, Event.REPORT_OUTCOME, facts, by=cast.lars, on=TODAY)


def written_link(cast: Cast) -> str:
    """What the email about an answer that Lars has written down links to."""
    return WrittenLink(cast.mette.pk, WrittenAnswer.objects.get().pk, TODAY).path


def imports() -> None:
    """Imports: waiting for its turn, half-way, with columns not recognised, and with a problem to look at."""
    now = timezone.now()
    store_upload(filename="venter.csv", content=b"x;y\n1;2", by=None, now=now)
    people = b"Navn;E-mail;Enhed\nNina Ny;nina@example.test;Engby Kommune\nOle;ikke en adresse;Engby Kommune"
    for filename, content in (("kolonner.csv", b"Hvem;Hvor\nNina Ny;Engby Kommune"), ("problemer.csv", people)):
        run = store_upload(filename=filename, content=content, by=None, now=now)
        carry_out_import(run.pk, on=TODAY, clock=timezone.now)
    runs = b"Kursus;Udbyder;Startdato;Slutdato;Pris\nLyt;Samtalehuset;01-09-2026;02-09-2026;[340, 360]"
    for filename, content in (("kurser.csv", runs), ("ukendt.csv", b"Hvad;Hvor\nLyt;Vejle")):
        run = store_upload(kind="courses", filename=filename, content=content, by=None, now=now)
        carry_out_import(run.pk, on=TODAY, clock=timezone.now)
    ImportRun.objects.create(filename="i-gang.csv", state=ImportState.RUNNING, doing="people", done=40, total=100)


def joint_need(cast: Cast) -> JointNeed:
    """Two who need the same, as confirmed on the desk."""
    found = JointNeed.objects.first()
    both = Agreement.objects.filter(title="Fælles kursus").order_by("pk").values_list("pk", flat=True)[:2]
    return found or confirm_joint_need(title="Fælles kursus", agreements=both, by=cast.bente, on=TODAY)


def answer_link(cast: Cast) -> str:
    """What a letter to Karim links to."""
    asked = cast.plan.agreements.filter(step="answer").get()
    return AnswerLink.ask(Event.DECLINE, person=cast.karim, agreement=asked, on=TODAY).path


def page_with_open_form(cast: Cast) -> str:
    """Where an old email's link to a refusal leads the budget owner."""
    asked = cast.plan.agreements.filter(step="decide").get()
    return f"/aftaler/{asked.pk}/?event=refuse"


def pages_of(cast: Cast) -> list[tuple[str, str]]:
    """Who looks at which page."""
    one = cast.plan.agreements.filter(step="settle_money").get().pk
    course = Course.objects.get().pk
    goal = Goal.objects.get_or_create(plan=cast.plan, text="Blive tryg i svære samtaler", sign="Jeg tager dem selv")[0]
    methods = PracticeMethod.objects.filter(key__in=("mentor", "new_tasks")).values_list("pk", flat=True)
    return [
        ("mette", "/"),
        ("mette", "/plan/"),
        ("mette", f"/aftaler/{cast.plan.agreements.filter(step='find_helper').get().pk}/"),
        ("mette", f"/samtaler/{cast.conversation.pk}/"),
        ("lars", f"/maader/{methods[0]}/tag/"),
        ("mette", f"/maal/{goal.pk}/maader/"),
        *(
            ("mette", f"/samtaler/{cast.conversation.pk}/ny-aftale/?method={method}&goal={goal.pk}")
            for method in methods
        ),
        ("mette", f"/aftaler/{one}/brug/"),
        ("mette", f"/aftaler/{cast.plan.agreements.get(title='Sammen af sted').pk}/"),
        ("mette", f"/opfoelgning/{cast.employment.pk}/"),
        ("lars", f"/opfoelgning/{cast.employment.pk}/"),
        ("", partner_link(cast)),
        ("mette", "/indstillinger/"),
        ("mette", "/maader/"),
        ("mette", "/maader/?wish=hour_a_week&wish=where_i_sit"),
        ("mette", f"/maader/{methods[0]}/"),
        ("mette", "/maader/print/"),
        ("hanne", "/maader/orden/"),
        ("hanne", "/maader/ny/"),
        ("hanne", f"/maader/{methods[1]}/ret/"),
        ("mette", "/kurser/"),
        ("mette", "/kurser/?q=konflikthåndtreing&kind=private&price_to=9000"),
        ("mette", "/kurser/?where=maanen&begins_from=snart"),
        ("mette", f"/kurser/{course}/"),
        ("mette", f"/kurser/sammenlign/?c={course}"),
        ("bente", f"/kurser/{course}/ret/"),
        ("bente", f"/kurser/hold/{cast.run.pk}/ret/"),
        ("mette", f"/runder/{cast.round.pk}/regler/"),
        ("mette", "/findes-ikke/"),
        ("hanne", "/udbytte/"),
        ("soren", f"/udbytte/{cast.children.pk}/"),
        ("soren", "/udbytte/til-med/"),
        ("lars", "/hold/"),
        ("lars", "/hold/gennemgang/"),
        ("lars", "/hold/sedler/"),
        ("lars", f"/aftaler/{cast.plan.agreements.filter(kind='practice', step='tell').get().pk}/"),
        ("", written_link(cast)),
        ("dorthe", "/hold/enheder/"),
        ("lars", "/budget/"),
        ("lars", "/budget/stedfortraeder/"),
        ("lars", f"/aftaler/{one}/"),
        ("lars", f"/samtaler/{cast.conversation.pk}/"),
        ("bente", "/kursusbordet/"),
        ("bente", "/kursusbordet/?column=find"),
        ("bente", f"/kursusbordet/{cast.plan.agreements.filter(step='find_run').get().pk}/"),
        ("bente", "/kurser/nyt/"),
        ("bente", f"/aftaler/{cast.plan.agreements.filter(step='find_run').get().pk}/find/"),
        ("bente", f"/aftaler/{cast.plan.agreements.get(step='register').pk}/"),
        ("bente", f"/aftaler/{cast.plan.agreements.get(step='register').pk}/tilmeld/"),
        ("bente", f"/kursusbordet/hold/{cast.run.pk}/"),
        ("bente", "/kursusbordet/faelles/"),
        ("mette", "/tilskud/"),
        ("hanne", f"/tilskud/{FundingSource.objects.get(key='municipal').pk}/"),
        ("mette", f"/aftaler/{cast.plan.agreements.get(step='decide').pk}/"),
        ("bente", f"/kursusbordet/faelles/{joint_need(cast).pk}/"),
        ("bente", "/staar-stille/"),
        ("bente", f"/aftaler/{cast.plan.agreements.filter(step='find_run').get().pk}/"),
        ("bente", f"/aftaler/{one}/nyt-hold/"),
        ("karim", "/hjaelper/"),
        ("jonas", "/hjaelper/"),
        ("mette", f"/aftaler/{Agreement.objects.get(title__startswith='Læringsmakker').pk}/hjaelp/"),
        ("mette", f"/aftaler/{cast.plan.agreements.filter(step='talk_stuck').get().pk}/"),
        ("lars", f"/aftaler/{cast.plan.agreements.filter(step='talk_stuck').get().pk}/"),
        ("mette", f"/aftaler/{cast.plan.agreements.filter(kind='practice', step='tell').get().pk}/"),
        ("hanne", "/udbytte/maader/"),
        ("birgit", "/budget/"),
        ("birgit", f"/aftaler/{cast.plan.agreements.filter(step='decide').get().pk}/"),
        ("hanne", "/runder/"),
        ("hanne", "/runder/ny/"),
        ("hanne", f"/runder/{cast.round.pk}/"),
        ("hanne", f"/runder/{cast.round.pk}/ret/"),
        ("hanne", f"/runder/{cast.round.pk}/luk/"),
        ("soren", f"/runder/{cast.round.pk}/rapport/"),
        ("lars", "/hold/fra-sidste-runde/"),
        ("hanne", f"/runder/{cast.round.pk}/spoergsmaal/"),
        ("hanne", f"/runder/{cast.round.pk}/frister/"),
        ("hanne", f"/runder/{cast.round.pk}/enheder/"),
        ("hanne", f"/runder/{cast.round.pk}/enheder/{cast.kindergarten.pk}/"),
        ("hanne", f"/runder/{draft(cast).pk}/"),
        ("lars", f"/runder/{cast.round.pk}/aarshjul/"),
        ("lars", "/hold/rammer/"),
        ("hanne", "/selvtjek/alle/"),
        *(("hanne", f"/selvtjek/{one}/") for one in self_checks(cast)),
        ("", Ballot.of(self_checks(cast)[0], cast.mette.pk).path),
        ("", "/selvtjek/"),
        ("", "/selvtjek/?sprog=en"),
        ("lars", f"/runder/{cast.round.pk}/regler/{cast.kindergarten.pk}/"),
        ("lars", f"/runder/{cast.round.pk}/opstart/{cast.kindergarten.pk}/"),
        ("lars", f"/opstart/{kickoff(cast).pk}/"),
        ("", signing_link(cast)),
        ("hanne", "/staar-stille/"),
        ("hanne", f"/staar-stille/register-i-{cast.children.pk}/"),
        ("ida", "/organisation/?q=Mette"),
        ("ida", "/organisation/import/"),
        *(("ida", f"/organisation/import/{run.pk}/") for run in ImportRun.objects.filter(kind="organisation")),
        ("bente", "/kurser/import/"),
        *(("bente", f"/kurser/import/{run.pk}/") for run in ImportRun.objects.filter(kind="courses")),
        ("ida", f"/organisation/ansaettelse/{cast.employment.pk}/"),
        ("mette", "/konto/to-trin/"),
        ("mette", "/konto/adgangskode/"),
        ("mette", "/konto/to-trin/til/"),
        ("mette", "/konto/logout/"),
        ("", "/konto/login/"),
        ("", "/konto/lukket/"),
        ("", "/demo/"),
        *meetings_of(cast),
        ("", answer_link(cast)),
        ("birgit", page_with_open_form(cast)),
        ("", "/svar/afskaaret/"),
    ]


def draft(cast: Cast) -> Round:
    """A round that is not published yet."""
    found = Round.objects.filter(published_on=None).first()
    dates = {name: getattr(cast.round, name) for name in ("announced_on", "conversations_from", "closes_on")}
    dates["conversations_to"] = cast.round.conversations_to
    return found or create_round(by=cast.hanne, on=TODAY, name="MUS 2027", units=[cast.children], **dates)


def kickoff(cast: Cast) -> KickoffMeeting:
    """The kindergarten's meeting about the round, with a question that waits and one that is answered."""
    found = KickoffMeeting.objects.first()
    if found is None:
        ask_about_rules(cast.round, "Må vi søge en master?", by=cast.mette, on=TODAY)
        asked = ask_about_rules(cast.round, "Hvornår får vi svar?", by=cast.mette, on=TODAY)
        answer_rules_question(asked, "Inden to uger.", by=cast.lars, on=TODAY)
        at = timezone.now() + timedelta(days=9)
        facts: dict[str, Any] = {"planned_at": at, "minutes": 60, "place": "Stuen", "agenda": "1. Hvad skal vi?"}
        found = plan_kickoff(cast.round, cast.kindergarten, by=cast.lars, on=TODAY, **facts)
    return found


def self_checks(cast: Cast) -> list[int]:
    """One of everybody that five have answered, and one of the round that nobody has."""
    if not SelfCheck.objects.exists():
        asked = open_self_check(None, by=cast.hanne, on=TODAY)
        for number in range(5):
            answers = {question: list(Answer)[(question + number) % 4] for question in NUMBERS}
            answer_self_check(Ballot(asked.pk, str(number)), answers)
        open_self_check(cast.round, by=cast.hanne, on=TODAY)
    return list(SelfCheck.objects.order_by("pk").values_list("pk", flat=True))


def signing_link(cast: Cast) -> str:
    """The link by which Lars reads Mette's plan back and signs it."""
    mark = mark_of_plan(cast.plan)
    return SignatureLink(cast.lars.pk, cast.plan.pk, mark, TODAY).path


def person_called(cast: Cast, who: str) -> Person | None:
    """One of the cast, or of their colleagues by first name; nobody."""
    if not who:
        return None
    return getattr(cast, who, None) or Person.objects.get(given_name=who)


def enter(browser: Browser, server: LiveServer, person: Person | None, width: int, scheme: Any, language: str) -> Page:
    """A page of somebody who is logged in, in their language."""
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
        reduced_motion="reduce",  # a colour half-way through its change is no colour of ours
        locale=language,
        base_url=server.url,
    )
    if person is not None:
        Person.objects.filter(pk=person.pk).update(language=language)
        client = Client()
        client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
        session = client.session  # as after a code by e-mail
        session["account_authentication_methods"] = [{"method": "code", "at": time.time()}]
        session["account_authentication_methods_user"] = str(person.pk)
        session.save()
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": server.url}
        context.add_cookies([cookie])  # type: ignore[list-item]
    return context.new_page()


def listen(page: Page, spoken: list[str]) -> None:
    """Keep what the browser says in its console."""
    page.on("console", lambda message: spoken.append(message.text))


def look_at(page: Page, spoken: list[str], look: Look) -> list[tuple[str, list[str]]]:
    """What is wrong with a page, everything on it unfolded, in a window of that width with those colours."""
    width, scheme = look
    page.wait_for_load_state("load")  # a press that went to another page waits for its address, not for its style
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.evaluate("document.querySelectorAll('details:not(.menu)').forEach(one => one.open = true)")
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    wrong = [(name, list(nodes)) for name, nodes in page.evaluate(LOOK_FOR_FAULTS)]
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        wrong.append(("wider than the screen", []))
    if csp := [text for text in spoken if "Content Security Policy" in text]:
        wrong.append(("refused by the policy", csp))
    return wrong


def keep_picture(page: Page, name: str, look: str) -> None:
    """A picture of the page, where pictures are asked for."""
    if PICTURES:
        name = name.replace("/", "_").replace("?", "_")
        page.screenshot(path=Path(PICTURES) / f"{name}-{look}.png", full_page=True)


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("language", ["da", pytest.param("en", marks=pytest.mark.prove)])
def test_axe_finds_nothing_on_any_page(
    cast: Cast, browser: Browser, live_server: LiveServer, language: str, part: int
) -> None:
    """Each page is fetched once in each language, and looked at in two ways; in `make test` in one of the two."""
    found = []
    of_part = enumerate(sorted(set(pages_of(cast)))[part::PARTS])
    for who, pages in groupby(of_part, key=lambda numbered: numbered[1][0]):
        page = enter(browser, live_server, person_called(cast, who), 360, "light", language)
        spoken: list[str] = []
        listen(page, spoken)
        for number, (_, path) in pages:
            spoken.clear()
            page.context.clear_cookies(name=settings.LANGUAGE_COOKIE_NAME)
            page.goto(path)
            for look in LOOKS[language] if ALL_LOOKS else [LOOKS[language][number % 2]]:
                found += [(who, path, look, *wrong) for wrong in look_at(page, spoken, look)]
                keep_picture(page, f"{who or 'anyone'}{path}", f"{look[0]}-{look[1]}-{language}")
        page.context.close()
    assert found == []


@pytest.mark.parametrize("language", ["da", pytest.param("en", marks=pytest.mark.prove)])
def test_axe_finds_nothing_on_the_way_in_and_behind_the_second_step(
    cast: Cast, browser: Browser, live_server: LiveServer, language: str
) -> None:
    """These pages are only there half-way through logging in, or for who uses the second step."""
    cache.clear()  # only so many codes are sent to one address in a minute
    Person.objects.filter(pk=cast.mette.pk).update(language=language)
    TOTP.activate(cast.mette, generate_totp_secret())
    emergency = RecoveryCodes.activate(cast.mette).get_unused_codes()
    page = enter(browser, live_server, None, 360, "light", language)
    spoken: list[str] = []
    listen(page, spoken)
    found: list[tuple[object, ...]] = []

    def look(name: str) -> None:
        assert page.url.split("?")[0] == f"{live_server.url}{reverse(name)}"
        for one in LOOKS[language]:
            found.extend((name, one, *wrong) for wrong in look_at(page, spoken, one))
            keep_picture(page, f"mette_{name}", f"{one[0]}-{one[1]}-{language}")

    page.goto(reverse("account_request_login_code"))
    look("account_request_login_code")
    page.locator("input[name=email]").fill("mette@example.test")
    page.locator("main button.ds-button").first.click()
    look("account_confirm_login_code")
    page.locator("input[name=code]").fill("AAAA-AAAA")  # a wrong one first: the error is looked at too
    page.locator("main button.ds-button").first.click()
    look("account_confirm_login_code")
    code = re.search(r"^\s*([A-Z0-9]{3,4}-[A-Z0-9]{3,4})\s*$", str(sent()[-1].body), re.MULTILINE)
    assert code is not None
    page.locator("input[name=code]").fill(code[1])
    page.locator("main button.ds-button").first.click()
    look("mfa_authenticate")
    page.locator("input[name=code]").fill(emergency[0])
    page.locator("main button.ds-button").first.click()
    page.wait_for_url(f"{live_server.url}/")
    page.goto(reverse("mfa_index"))
    look("mfa_index")
    page.goto(reverse("mfa_view_recovery_codes"))
    look("mfa_reauthenticate")  # the codes are shown to who shows another one first
    page.locator("input[name=code]").fill(emergency[1])
    page.locator("main button.ds-button").first.click()
    look("mfa_view_recovery_codes")
    for name in ("mfa_generate_recovery_codes", "mfa_deactivate_totp"):
        page.goto(reverse(name))
        look(name)
    page.context.close()
    assert found == []
