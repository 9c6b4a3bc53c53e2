"""Every kind of notification: its facts are kept as they are, and a real e-mail says it in both languages."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import get_connection
from django.db import connection, transaction
from django.utils.translation import trans_real

import udbytte
from tests.cast import TODAY, Cast, make_cast
from tests.texts import spy_on_texts
from udbytte.domain import notifications as n
from udbytte.domain.lifecycle import Event, Kind
from udbytte.domain.notifications import FACTS, Facts, NotificationKind
from udbytte.domain.notifications.facts_json import facts_from_json, facts_to_json
from udbytte.emails.messages import ASKS
from udbytte.emails.news import NEWS
from udbytte.models import Agreement, ApplicationState, Email, Notification, Person
from udbytte.queries.agreements.stalled import STEPS_FOR_HR
from udbytte.services.agreements.take_step import take_step
from udbytte.services.notifications.notify import notify, notify_all
from udbytte.services.notifications.smtp import message_of
from udbytte.services.notifications.write import write_urgent_emails

WHEN = datetime(2026, 3, 9, 9, tzinfo=UTC)
DAY = date(2026, 3, 9)
TIME: dict[str, Any] = {"turn": 1, "when": WHEN, "minutes": 60, "round": "MUS 2026", "manager": "Lars Hansen"}
TALK = n.MeetingRef(n.Meeting.CONVERSATION, 1)
GROUP = n.MeetingRef(n.Meeting.GROUP, 2)
SLOTS = (n.OfferedTime(1, WHEN, "Kontoret"), n.OfferedTime(2, WHEN, "Kontoret"))
# Facts of each kind, several where the sentence has branches.
SAMPLES: tuple[Facts, ...] = (
    n.StepIsYours(event=Event.AGREE),
    n.StepFoundNoOwner(event=Event.AGREE),
    n.HelpWanted(),
    n.StepIsLate(),
    n.DeadlineNear(),
    *(n.EventHappened(event=event, by="Lars Hansen") for event in Event),
    n.EventHappened(event=Event.LEAVE, by=""),
    n.SeatToGiveBack(event=Event.CANCEL_SEAT, by="Lars Hansen"),
    n.SeatTaken(event=Event.REGISTER, by="Bente Hansen", starts=None, ends=None),
    n.SeatTaken(event=Event.MOVE_RUN, by="", starts=DAY, ends=DAY),
    n.SeatLost(event=Event.LOSE_SEAT, by="", starts=DAY, ends=DAY),
    n.SeatIsFree(),
    n.StepMoved(unit="Børnehuset", step="find_run", days=14, silent="Bente Hansen"),
    n.StepMovedOn(step="register", to="Lars Hansen"),
    n.LapseNear(day=TODAY),
    *(n.StepsAskedAbout(step=step, count=2, by="Hanne Hansen") for step in STEPS_FOR_HR),
    *(
        n.StepsWillMove(step="decide", count=count, silent=silent, to="Dorthe Hansen", day=DAY)
        for count, silent in ((1, ""), (15, "Birgit Hansen"))
    ),
    n.StepsStay(step="decide", count=15, silent="", to="Dorthe Hansen"),
    n.WrittenForYou(written=1, by="Lars Hansen"),
    n.CourseBegins(),
    n.HelperIsAsked(check_in=1),
    n.WhoHelps(by="Lars"),
    n.ObservationWritten(by="Lars Hansen"),
    n.PartnerFound(who="Karim Hansen", email="karim@example.test"),
    n.PartnerFound(who="Karim Hansen", email=""),
    *(n.ApplicationMoved(source="Fonden", state=state) for state in ApplicationState.values),
    n.ApplicationMoved(source="Fonden", state="planned", days=14, unit="Børnehuset"),
    n.ApplicationMoved(source="Fonden", state="planned", days=14, silent="Mette Hansen"),
    n.ApplicationMovedOn(source="Fonden", to="Bente Hansen"),
    n.ApplicationToTakeBack(source="Fonden"),
    n.GrantReleased(price=6000),
    n.OverrunAsked(price=9000, granted_price=6000, by="Mette Hansen"),
    n.OverrunAsked(price=9000, granted_price=6000, by="Mette Hansen", unit="Børnehuset"),
    n.OverrunDecided(price=9000, granted_price=6000, granted=True, by="Birgit Hansen", answer=""),
    n.OverrunDecided(price=9000, granted_price=6000, granted=False, by="Birgit Hansen", answer="Ring til skolen"),
    n.RoundBegun(name="MUS 2026", by="Lars", leader=False),
    n.RoundBegun(name="MUS 2026", by="", leader=True),
    n.FollowUpDayCame(round="MUS 2026", open=1, late=0),
    n.FollowUpDayCame(round="MUS 2026", open=3, late=2),
    n.SelfCheckOpened(check=1),
    n.PlanToSign(conversation=1, by="Lars Hansen", plan=1, mark="abc"),
    n.PlanSigned(conversation=1, whose="Karim Hansen"),
    n.ManagerChanged(who="Mette Hansen", manager=""),
    n.ManagerChanged(who="Mette Hansen", manager="Lars Hansen"),
    n.DeputyNamed(who="Lars Hansen", starts_on=DAY, ends_on=date(2026, 3, 20)),
    n.DeputyEnded(who="Lars Hansen"),
    *(
        says(role=role, unit=unit, by=by, whose=whose)
        for says in (n.RoleGiven, n.RoleEnded)
        for role, unit, by, whose in (
            ("coordinator", "Børnehuset", "Hanne Hansen", ""),
            ("hr", "", "", "Mette Hansen"),
        )
    ),
    *(
        n.RunToConfirm(report=1, run=1, title="Førstehjælp", starts=DAY, ends=DAY, change=change, by="Rikke Hansen")
        for change in ("cancelled", "moved")
    ),
    *(
        n.RunNotChanged(run=1, title="Førstehjælp", starts=DAY, ends=DAY, change=change, by="Bente Hansen")
        for change in ("cancelled", "moved")
    ),
    n.EmailRefused(name="Mette Hansen"),
    n.EmailRefused(name="kurser@engskolen.example", subject="Tilmelding"),
    n.MailWasAway(since=datetime(2026, 3, 6, 18, 0, tzinfo=UTC), until=datetime(2026, 3, 9, 6, 0, tzinfo=UTC)),
    n.FollowUpMissing(last=DAY),
    n.FollowUpMissing(last=None),
    n.HelpNotNeeded(title="Mentor"),
    n.ConversationsNotHeld(name="MUS 2026", count=1),
    n.ConversationsNotHeld(name="MUS 2026", count=2),
    n.PeopleUnreached(people=(1,)),
    n.PeopleUnreached(people=(1, 2)),
    n.ManagersInCircle(names=("Lars Hansen", "Dorthe Hansen"), count=2),
    n.ManagersInCircle(names=("Lars Hansen", "Dorthe Hansen"), count=4),
    *(
        says(about=about, conversation_kind=kind, place="", other="Lars Hansen", moved=moved, **TIME)
        for says in (n.ConversationPlanned, n.ConversationCancelled)
        for about, kind, moved in ((TALK, "individual", False), (TALK, "leader", True), (GROUP, "group", False))
    ),
    n.TimesOffered(conversation=1, turn=1, by="Lars Hansen", proposed=False, times=SLOTS),
    n.TimesOffered(conversation=1, turn=1, by="Lars Hansen", proposed=True, times=SLOTS[:1]),
    n.DidYouTalk(conversation=1, turn=1, who="Mette Hansen", when=WHEN),
    n.DidTheGroupTalk(group=1, turn=1, who="Køkkenet", when=WHEN),
    n.PutInGroup(conversation=1, by="Lars Hansen", title="Køkkenet"),
    n.TakenOutOfGroup(conversation=1, title="Køkkenet"),
    n.IndividualWished(conversation=1, by="Mette Hansen"),
    n.ConversationDeclined(conversation=1, by="Mette Hansen", reason="Jeg går på pension"),
    n.ConversationDeclined(conversation=1, by="", reason="Pension"),
    n.DeclineTakenBack(conversation=1, by="Mette Hansen"),
    n.TimeTurnedDown(conversation=1, by="Mette Hansen"),
    n.ConversationDue(conversation=1, who="Mette Hansen", back=False),
    n.ConversationDue(conversation=1, who="Mette Hansen", back=True),
    n.ConversationsWithoutTime(to=DAY, count=1, names=("Mette Hansen",), late=False),
    n.ConversationsWithoutTime(to=DAY, count=9, names=("Mette Hansen", "Karim Hansen"), late=True),
    n.RulesChanged(round=1, name="MUS 2026", parts=("procedure", "criteria", "possibilities", "money"), unit=""),
    n.RulesChanged(round=1, name="MUS 2026", parts=("addition",), unit="Børnehuset"),
    n.RulesQuestionAsked(by="Mette Hansen", text="Hvem betaler?"),
    n.RulesQuestionWaits(manager="Lars Hansen", unit="Børnehuset"),
    n.RulesQuestionAnswered(round=1, by="Lars Hansen", answer="Enheden"),
    *(
        says(kickoff=1, other="Børnehuset", place="Salen", moved=moved, **TIME)
        for says in (n.KickoffPlanned, n.KickoffCancelled)
        for moved in (False, True)
    ),
)
# What must not be seen in an e-mail: a placeholder, a fact that is missing, punctuation around nothing.
BROKEN = re.compile(r"%\(|%s|\{[{%]|\}\}|\bNone\b|, ,|: :|[,:] *$|^ *\*? *[,.:]|^ *\* *$", re.MULTILINE)


def seat(cast: Cast) -> tuple[Agreement, Person]:
    agreement = take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    agreement = take_step(agreement, Event.FUND, by=cast.lars, on=TODAY, price=100, price_reason="Tilbud")
    return take_step(agreement, Event.REGISTER, by=cast.bente, on=TODAY), cast.mette


def own_step(cast: Cast) -> tuple[Agreement, Person]:
    agreement = cast.agree()
    assert agreement.step_owner is not None
    return agreement, agreement.step_owner


def asked(cast: Cast) -> tuple[Agreement, Person]:
    """Somebody who is asked besides the one whose step it is."""
    agreement = cast.agree(Kind.PRACTICE)
    return take_step(agreement, Event.ASK, by=cast.mette, on=TODAY, helper=cast.jonas, others=[cast.karim]), cast.karim


ABOUT: dict[NotificationKind, Callable[[Cast], tuple[Agreement, Person]]] = {
    **dict.fromkeys((kind for kind in ASKS if kind is not NotificationKind.ASKED), own_step),
    NotificationKind.ASKED: asked,
    NotificationKind.SEAT: seat,
    n.StepMoved.kind: own_step,
}


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def email(person: Person, agreement: Agreement | None, facts: Facts, language: str) -> tuple[str, str]:
    """The text and the HTML of the e-mail that carries this notification alone."""
    Notification.objects.all().delete()
    Email.objects.all().delete()
    Person.objects.filter(pk=person.pk).update(language=language)
    assert notify(person, facts, on=TODAY, cause="a test", agreement=agreement, urgent=True)
    assert write_urgent_emails(on=TODAY) == 1
    assert Notification.objects.get().email == Email.objects.get()
    message = message_of(Email.objects.get(), get_connection())
    message.message().as_bytes()
    return str(message.body), str(message.alternatives[0][0])


def lines_of(html: str) -> list[str]:
    """What stands in the body of the one item, by line."""
    cell = html.split("<strong", 1)[1].split("</td>", 1)[0].split(">", 1)[1]
    parts = [part for row in re.split(r"<br ?/?>", cell) for part in row.strip().removesuffix("</a>").split("</a>")]
    return [" ".join(unescape(re.sub(r"<[^>]*>", " ", part)).split()) for part in parts]


@pytest.mark.parametrize("kind", NotificationKind)
def test_each_kind_is_said_in_a_real_email_in_both_languages(
    cast: Cast, kind: NotificationKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples = [facts for facts in SAMPLES if facts.kind is kind]
    assert samples
    agreement, person = ABOUT[kind](cast) if kind in ABOUT else (cast.agree(), cast.mette)
    wanted = spy_on_texts(monkeypatch)
    for facts in samples:
        texts = {language: email(person, agreement, facts, language) for language in ("da", "en")}
        for text, html in texts.values():
            item = text.split("* ", 1)[1].split("\n\n", 1)[0]
            assert not BROKEN.search(text) and "\n\n\n" not in text, text
            assert all(lines_of(html)), lines_of(html)
            assert lines_of(html) == [line.strip().split(": http")[0] for line in item.split("\n")]
        items = {text.split("* ", 1)[1].split("\n\n", 1)[0] for text, _html in texts.values()}
        assert len(items) == 2, items
    danish = trans_real.translation("da")._catalog  # type: ignore[attr-defined]
    assert wanted
    assert not {msgid for msgid in wanted if danish.get(msgid) is None and danish.get((msgid, 0)) is None}


def test_only_what_is_said_is_translated(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = spy_on_texts(monkeypatch)
    email(cast.mette, cast.agree(), n.EventHappened(event=Event.KEEP, by="Lars"), "da")
    others = {"%(who)s has paused the agreement", "The agreement is dropped", "A new agreement has been made"}
    assert "%(who)s wants to keep the agreement, so it goes on" in wanted and not set(wanted) & others
    email(cast.karim, asked(cast)[0], n.HelpWanted(), "da")
    assert "Yes, I will help" in wanted and not set(wanted) & {"Grant it", "Not yet", "It has started"}


def test_each_kind_has_its_facts_and_its_words_in_one_table() -> None:
    assert set(FACTS) == set(NotificationKind)
    assert set(NEWS) | set(ASKS) == set(NotificationKind)
    assert not set(NEWS) & set(ASKS)


@pytest.mark.parametrize("facts", SAMPLES, ids=lambda facts: str(facts.kind))
def test_facts_are_read_as_they_were_written(facts: Facts) -> None:
    assert facts_from_json(facts.kind, json.loads(json.dumps(facts_to_json(facts)))) == facts


def test_a_missing_or_wrong_fact_is_no_fact() -> None:
    stored = facts_to_json(n.RoundBegun(name="MUS 2026", by="Lars", leader=False))
    with pytest.raises(TypeError):
        facts_from_json("round", {"name": "MUS 2026"})
    with pytest.raises(TypeError):
        facts_from_json("round", stored | {"name": 2026})
    with pytest.raises(ValueError, match="unheard_of"):
        facts_from_json("unheard_of", stored)


def test_an_unknown_kind_is_refused_when_it_is_written_and_when_it_is_read(cast: Cast) -> None:
    wrong = Notification(person=cast.mette, kind="unheard_of", on=TODAY, cause="1", urgent=True)
    with pytest.raises(ValueError, match="unheard_of"), transaction.atomic():
        wrong.save()
    with pytest.raises(ValueError, match="unheard_of"), transaction.atomic():
        notify_all([wrong])
    notify(cast.mette, n.HelpNotNeeded(title="Mentor"), on=TODAY, cause="2", urgent=True)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE udbytte_notification SET kind = 'unheard_of'")
    with pytest.raises(ValueError, match="unheard_of"):
        write_urgent_emails(on=TODAY)


def test_what_is_said_of_an_agreement_names_it(cast: Cast) -> None:
    for facts in (n.StepIsLate(), n.SeatIsFree(), n.EventHappened(event=Event.KEEP, by="Lars")):
        with pytest.raises(ValueError, match="no agreement"):
            notify(cast.mette, facts, on=TODAY, cause="1")
    assert set(ASKS) <= {kind for kind, facts_of in FACTS.items() if issubclass(facts_of, n.AgreementFacts)}


def test_each_is_told_once_for_its_cause(cast: Cast) -> None:
    Notification.objects.all().delete()
    facts = n.HelpNotNeeded(title="Mentor")
    assert notify(cast.mette, facts, on=TODAY, cause="1")
    assert not notify(cast.mette, facts, on=TODAY, cause="1")
    people = [cast.mette, cast.karim, cast.karim]
    new = notify_all(Notification.of(person.pk, facts, on=TODAY, cause="1") for person in people)
    assert [notification.person_id for notification in new] == [cast.karim.pk] and Notification.objects.count() == 2


def test_notifications_are_written_in_one_place() -> None:
    root = Path(udbytte.__file__).parent
    writes = re.compile(
        r"\bNotification\(|\bNotification\.objects\.(create|bulk_create|get_or_create|update_or_create)"
    )
    modules = {
        str(path.relative_to(root))
        for path in root.rglob("*.py")
        if "migrations" not in path.parts and writes.search(re.sub(r"class Notification\(", "", path.read_text()))
    }
    assert modules == {"services/notifications/notify.py"}
