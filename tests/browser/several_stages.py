"""The cast with something on every page: agreements in several stages, times, groups, rounds and imports."""

from __future__ import annotations

import functools
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from tests.ballots import night, self_check, vote
from tests.cast import TODAY, Cast, employ, make_cast, make_person
from tests.house import more_people
from tests.kept import Kept
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
    ImportRun,
    JointNeed,
    KickoffMeeting,
    Person,
    PreparationQuestion,
    Round,
    SelfCheck,
)
from udbytte.models.imports import ImportState
from udbytte.services.agreements.take_step import agree_activity, take_step
from udbytte.services.agreements.written_answers import write_down
from udbytte.services.conversations.plan import save_preparation
from udbytte.services.courses.joint_needs import confirm_joint_need
from udbytte.services.figures.selfcheck import open_self_check
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
        asked = self_check(cast.hanne)
        for number in range(5):
            vote(asked, number, {question: list(Answer)[(question + number) % 4] for question in NUMBERS})
        night(asked)
        open_self_check(cast.round, by=cast.hanne, on=TODAY)
    return list(SelfCheck.objects.order_by("pk").values_list("pk", flat=True))
