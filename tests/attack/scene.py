"""One scene with everything that can be read or pressed, a canary word in each text, and everybody around it.

Mette's conversation, plan, course and learning at work; and the people who stand in every relation to them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import Model
from django.test import Client
from django.utils import timezone

from tests.browsing import enter
from tests.cast import LONG_AGO, TODAY, Cast, employ, make_person
from udbytte.domain.lifecycle import Event, Kind
from udbytte.models import (
    AgendaItem,
    Answer,
    AttachmentKind,
    CheckIn,
    Conversation,
    Deputy,
    DevelopmentPlan,
    EarlierText,
    FollowUpTalk,
    FundingApplication,
    FundingSource,
    Goal,
    GroupConversation,
    GroupGoal,
    HelpOffer,
    ImportRun,
    KickoffMeeting,
    Nomination,
    Observation,
    Outcome,
    Overrun,
    Person,
    PracticeMethod,
    Preparation,
    PreparationQuestion,
    Press,
    Role,
    RoleAssignment,
    Round,
    RulesQuestion,
    RunQuestion,
    RunReport,
    SelfCheck,
    SetAside,
    WrittenAnswer,
)
from udbytte.services.agreements.attachments import add_attachment
from udbytte.services.agreements.take_step import take_step
from udbytte.services.agreements.undo import with_undo
from udbytte.services.courses.joint_needs import confirm_joint_need
from udbytte.services.people.organisation import follow_organisation_changes

# Who they are to Mette: the columns of the table in docs/operate/security.md.
RELATIONS = {
    "mette": "the employee",
    "lars": "line manager",
    "poul": "former line manager",
    "dorthe": "the manager's manager",
    "karim": "helper",
    "bente": "coordinator of the unit",
    "rikke": "coordinator elsewhere",
    "birgit": "budget owner",
    "hanne": "HR",
    "ida": "administrator",
    "soren": "works council",
    "jonas": "colleague elsewhere",
    "freja": "has left",
    "nobody": "not logged in",
}


@dataclass
class Scene:
    """The people by name, and the rows by what they are."""

    cast: Cast
    people: dict[str, Person]
    things: dict[str, Any] = field(default_factory=dict)

    def client(self, who: str) -> Client:
        return Client() if who == "nobody" else enter(self.people[who])


def word(model: type[Model], name: str, more: str = "") -> str:
    """The canary word of a column: it stands nowhere else."""
    return f"Kanarie{model.__name__}{name.title().replace('_', '')}{more.title()}"


def make_scene(cast: Cast) -> Scene:
    people = {name: getattr(cast, name) for name in RELATIONS if hasattr(cast, name)}
    for name in ("poul", "rikke", "freja"):
        people[name] = make_person(name.title(), "Prøve")
        employ(people[name], cast.roads)
    people["freja"].employments.update(ends_on=TODAY - timedelta(days=10))
    RoleAssignment.objects.create(person=people["rikke"], role=Role.COORDINATOR, unit=cast.roads, starts_on=LONG_AGO)
    follow_organisation_changes(on=TODAY)
    people["freja"].refresh_from_db()
    scene = Scene(cast, people)
    _conversation(scene)
    _agreements(scene)
    _around(scene)
    return scene


def _conversation(scene: Scene) -> None:
    cast, things = scene.cast, scene.things
    old = Round.objects.create(
        name="MUS 2025",
        announced_on=TODAY - timedelta(days=400),
        conversations_from=TODAY - timedelta(days=380),
        conversations_to=TODAY - timedelta(days=300),
        closes_on=TODAY - timedelta(days=60),
        published_on=TODAY - timedelta(days=400),
        closed_on=TODAY - timedelta(days=60),
    )
    things["former"] = Conversation.objects.create(
        round=old,
        employment=cast.employment,
        manager=scene.people["poul"],
        held_on=TODAY - timedelta(days=350),
        notes=word(Conversation, "notes", "former"),
    )
    Conversation.objects.filter(pk=cast.conversation.pk).update(notes=word(Conversation, "notes"))
    DevelopmentPlan.objects.filter(pk=cast.plan.pk).update(no_course_reason=word(DevelopmentPlan, "no_course_reason"))
    question = PreparationQuestion.objects.create(round=cast.round, position=90, text_da="Hvad optager dig?")
    later = PreparationQuestion.objects.create(round=cast.round, position=91, text_da="Hvad så?")
    own = Preparation.objects.create(
        conversation=cast.conversation, author=cast.mette, notes=word(Preparation, "notes", "mette")
    )
    his = Preparation.objects.create(
        conversation=cast.conversation,
        author=cast.lars,
        shared_on=TODAY,
        notes=word(Preparation, "notes", "lars"),
    )
    Answer.objects.create(preparation=own, question=question, text=word(Answer, "text", "mette"))
    Answer.objects.create(preparation=his, question=later, text=word(Answer, "text", "shared"))
    for owner in (None, cast.mette, cast.lars):
        SetAside.objects.create(
            conversation=cast.conversation,
            field="notes" if owner is None else "own",
            owner=owner,
            text=word(SetAside, "text", owner.given_name if owner else ""),
            at=timezone.now(),
        )
    EarlierText.objects.create(
        conversation=cast.conversation,
        field="notes",
        text=word(EarlierText, "text"),
        by=cast.lars,
        at=timezone.now(),
    )
    things["goal"] = Goal.objects.create(plan=cast.plan, text=word(Goal, "text"), sign=word(Goal, "sign"))
    talk = FollowUpTalk.objects.create(employment=cast.employment)
    AgendaItem.objects.create(talk=talk, text=word(AgendaItem, "text"), by=cast.mette, added_on=TODAY)
    group = GroupConversation.objects.create(
        round=cast.round, manager=cast.lars, title="Køkkenet", notes=word(GroupConversation, "notes")
    )
    member = Conversation.objects.create(
        round=cast.round, employment=cast.karim.employments.get(), manager=cast.lars, kind="group", group=group
    )
    GroupGoal.objects.create(group=group, text=word(GroupGoal, "text"), sign=word(GroupGoal, "sign"))
    things |= {"group": group, "member": member}


def _agreements(scene: Scene) -> None:
    cast, things = scene.cast, scene.things
    course = cast.agree(title="Kursustitel", **_words("Course"), goal=things["goal"])
    course = take_step(course, Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    course = take_step(course, Event.NOMINATE, by=cast.lars, on=TODAY, price=6000, reason=word(Nomination, "reason"))
    course = take_step(course, Event.GRANT, by=cast.birgit, on=TODAY, answer=word(Nomination, "answer"))
    course = take_step(course, Event.REGISTER, by=cast.bente, on=TODAY)
    Overrun.objects.create(
        agreement=course,
        granted_price=6000,
        price=7000,
        by=cast.mette,
        on=TODAY,
        owner=cast.birgit,
        due=TODAY + timedelta(days=14),
    )
    things["overrun"] = course.overruns.get()
    things["application"] = FundingApplication.objects.create(
        agreement=course,
        source=FundingSource.objects.order_by("pk")[0],
        amount=1000,
        owner=cast.mette,
        due=TODAY + timedelta(days=14),
        created_on=TODAY,
        answer=word(FundingApplication, "answer"),
    )
    things["file"] = add_attachment(
        course,
        kind=AttachmentKind.CONFIRMATION,
        name="svar.pdf",
        content=b"%PDF-1.7",
        by=cast.bente,
        on=TODAY,
    )
    practice = cast.agree(Kind.PRACTICE, title="KanarieAgreementTitlePractice", **_words("Practice"))
    practice = take_step(practice, Event.ASK, by=cast.mette, on=TODAY, helper=cast.karim)
    practice = take_step(practice, Event.ACCEPT, by=cast.karim, on=TODAY)
    practice = take_step(practice, Event.START, by=cast.mette, on=TODAY)
    things["check_in"] = CheckIn.objects.create(
        agreement=practice, by=cast.karim, by_helper=True, asked_on=TODAY - timedelta(days=1)
    )
    CheckIn.objects.create(
        agreement=practice,
        by=cast.mette,
        asked_on=TODAY - timedelta(days=2),
        answered_on=TODAY,
        happens=True,
        line=word(CheckIn, "line"),
    )
    Outcome.objects.create(
        agreement=practice, learned=word(Outcome, "learned"), newness="much", in_use="daily", told_on=TODAY
    )
    Observation.objects.create(agreement=practice, by=cast.lars, text=word(Observation, "text"), on=TODAY)
    WrittenAnswer.objects.create(
        agreement=practice,
        event="check_in",
        facts={"happens": True, "line": word(WrittenAnswer, "facts")},
        by=cast.lars,
        on=TODAY,
        turn=practice.turn,
    )
    things |= {"course": course, "practice": practice, "free": cast.agree(title="Et kursus til")}


def _words(kind: str) -> dict[str, Any]:
    names = "purpose if_then first_use checked_by turn_to decided_by".split()
    return {name: f"KanarieAgreement{name.title().replace('_', '')}{kind}" for name in names}


def _around(scene: Scene) -> None:
    cast, things = scene.cast, scene.things
    things["joint"] = confirm_joint_need(
        title="Konflikter", agreements=[things["free"].pk, cast.agree(title="Et til").pk], by=cast.bente, on=TODAY
    )
    things["rules_question"] = RulesQuestion.objects.create(
        round=cast.round,
        employment=cast.employment,
        unit=cast.kindergarten,
        text=word(RulesQuestion, "text"),
        asked_on=TODAY,
    )
    things["offer"] = HelpOffer.objects.create(person=cast.mette, what="Skrive dagen ned", offered_on=TODAY)
    things["deputy"] = Deputy.objects.create(
        person=cast.birgit, deputy=cast.hanne, starts_on=TODAY, ends_on=TODAY + timedelta(days=5)
    )
    things["role"] = RoleAssignment.objects.get(person=cast.bente)
    things["check"] = SelfCheck.objects.create(opened_on=TODAY)
    things["import"] = ImportRun.objects.create(filename="organisation.csv")
    things["course_import"] = ImportRun.objects.create(kind="courses", filename="hold.csv")
    things["kickoff"] = KickoffMeeting.objects.create(
        round=cast.round, unit=cast.kindergarten, planned_at=timezone.now() + timedelta(days=9)
    )
    things["method"] = PracticeMethod.objects.get(key="mentor")
    things["source"] = FundingSource.objects.order_by("pk")[0]
    cast.round.units.add(cast.children)
    things["run_report"] = RunReport.objects.create(
        run=cast.run, change="cancelled", by=scene.people["rikke"], on=TODAY, why="For få tilmeldte"
    )
    RunQuestion.objects.create(report=things["run_report"], agreement=things["course"])
    things["press"] = _press(scene)


def _press(scene: Scene) -> Press | None:
    """What Mette has just pressed, and can undo."""
    cast, free = scene.cast, scene.things["free"]
    _row, press = with_undo(
        free,
        lambda: take_step(
            free, Event.POSTPONE, by=cast.mette, on=TODAY, until=TODAY + timedelta(days=60), reason="Tid"
        ),
        by=cast.mette,
        on=TODAY,
        now=timezone.now(),
    )
    return press


def arguments(scene: Scene, name: str) -> dict[str, Any]:
    """What the address is about in the scene; nothing for an address about oneself or everybody."""
    cast, things = scene.cast, scene.things
    about: dict[str, tuple[Any, ...]] = {
        "employment": (cast.employment, "employment", "follow-up-talk", "absence"),
        "conversation": (
            cast.conversation,
            "conversation",
            "review-plan",
            "texts",
            "meeting",
            "take-method",
            "write-field",
        ),
        "member": (things["member"], "back-to-group"),
        "plan": (cast.plan, "plan-paper", "plan-archive", "send-plan"),
        "goal": (things["goal"], "goal-methods"),
        "group": (things["group"], "group"),
        "course": (things["course"], "write-provider", "add-file", "plan-application", "cancel-lapsed-seat", "partner"),
        "free": (things["free"], "new-run", "find-run", "transfer", "decide", "course-board-step", "joint-leave"),
        "practice": (
            things["practice"],
            *("agreement", "find-helper", "observe", "write-down", "answer-written", "team-review-press"),
        ),
        "overrun": (things["overrun"], "decide-bill"),
        "application": (things["application"], "application"),
        "check_in": (things["check_in"], "helper-check-in"),
        "offer": (things["offer"], "take-back-offer"),
        "deputy": (things["deputy"], "end-deputy"),
        "role": (things["role"], "end-role"),
        "person": (
            *(cast.mette, "end-missing", "end-sessions", "confirm-address"),
            *("let-in-new-account", "reset-second-step"),
        ),
        "check": (things["check"], "self-check-results", "close-self-check"),
        "import": (things["import"], "import", "import-go", "import-undo"),
        "course_import": (things["course_import"], "course-import", "course-import-go"),
        "kickoff": (things["kickoff"], "kickoff", "kickoff-paper"),
        "method": (things["method"], "method", "edit-method", "choose-plan", "reset-method"),
        "source": (things["source"], "funding-source"),
        "joint": (things["joint"], "joint-need"),
        "report": (things["run_report"], "run-report"),
        "press": (things["press"], "undo"),
        "date": (cast.run, "run", "edit-run"),
        "catalogue": (cast.run.course, "course", "edit-course"),
        "unit": (cast.kindergarten, "figures-of"),
        "round": (
            cast.round,
            *("round", "round-edit", "round-questions", "rules", "wheel", "round-lengths", "round-staffing"),
            *("close-round", "report", "report-paper", "report-sheet", "round-discussed"),
        ),
    }
    if name in ("file", "remove-file"):
        return {"pk": things["course"].pk, "file": things["file"].pk}
    if name in ("round-staff-unit", "unit-rules", "plan-kickoff", "round-sheet", "round-sheet-paper"):
        return {"pk": cast.round.pk, "unit": cast.kindergarten.pk}
    if name == "plan-of":
        return {"employment": cast.employment.pk}
    if name == "stalled-group":
        return {"key": f"find_run-i-{cast.municipality.pk}"}
    return next(({"pk": row.pk} for row, *names in about.values() if name in names), {})
