"""Every address is asked as every role: one table of who gets what, and an address missing from it fails."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from tests.addresses import addresses_of
from tests.browsing import enter
from tests.cast import LONG_AGO, TODAY, Cast
from udbytte.domain.lifecycle import Event, Kind
from udbytte.models import (
    Agreement,
    AttachmentKind,
    Conversation,
    FundingSource,
    Goal,
    GroupConversation,
    ImportRun,
    KickoffMeeting,
    Person,
    PracticeMethod,
    Role,
    RoleAssignment,
    RunReport,
    SelfCheck,
)
from udbytte.services.agreements.attachments import add_attachment
from udbytte.services.agreements.take_step import take_step
from udbytte.services.conversations.plan import sign_plan
from udbytte.services.courses.joint_needs import confirm_joint_need
from udbytte.services.courses.runs import cancel_run
from udbytte.urls import urlpatterns
from udbytte.web.base.moved_addresses import moved

pytestmark = pytest.mark.django_db

PEOPLE = "mette lars dorthe bente karim birgit hanne soren ida jonas".split()
ALL = set(PEOPLE)
# name -> who gets the page; everybody else gets 404. Strangers to the organisation are sent to log in.
PAGES: dict[str, set[str]] = {
    "home": ALL,
    "plan": ALL,
    "plan-of": {"mette", "lars"},
    "agreement": {"mette", "lars", "karim"},
    "new-run": {"mette", "lars", "bente"},
    "find-run": {"mette", "lars", "bente"},
    "write-provider": {"mette", "bente"},
    "find-helper": {"mette", "lars"},
    "learning": {"dorthe", "lars", "bente", "hanne", "soren"},
    "what-is-measured": {"dorthe", "lars", "bente", "hanne", "soren"},
    "file": {"mette", "lars", "bente"},
    "preferences": ALL,
    "seen-by": ALL,
    "audit": {"hanne", "ida"},
    "audit-export": {"hanne"},
    "own-data": ALL,
    "privacy-notice": ALL,
    "privacy-desk": {"hanne"},
    "helping": ALL,
    "methods": ALL,
    "method": ALL,
    "print-methods": ALL,
    "arrange-methods": {"hanne"},
    "new-method": {"hanne"},
    "edit-method": {"hanne"},
    "conversation": {"mette", "lars"},
    "review-plan": {"mette", "lars"},
    "self-checks": ALL,
    "self-check-results": ALL,
    "texts": {"mette", "lars"},
    "plan-paper": {"mette", "lars"},
    "plan-archive": {"mette", "lars"},
    "meeting": {"mette", "lars"},
    "meetings": {"lars", "dorthe"},
    "offer-times": {"lars", "dorthe"},
    "follow-up-talk": {"mette", "lars"},
    "group": {"mette", "lars"},
    "new-group": {"lars", "dorthe"},
    "back-to-group": set(),
    "choose-plan": ALL,
    "goal-methods": {"mette", "lars"},
    "take-method": {"mette", "lars"},
    "transfer": {"mette", "lars"},
    "team": {"lars", "dorthe"},
    "units-below": {"lars", "dorthe"},
    "stalled": {"bente", "hanne", "lars", "dorthe"},
    "stalled-group": {"hanne"},
    "slips": {"lars", "dorthe"},
    "team-review": {"lars", "dorthe"},
    "slips-paper": set(),  # tests/web/people/test_slips.py has it with somebody chosen
    "figures": {"lars", "dorthe", "bente", "hanne", "soren"},
    "figures-of": {"lars", "dorthe", "bente", "hanne", "soren"},
    "course-board": {"bente"},
    "course-board-step": {"bente"},
    "course-board-choices": {"bente"},
    "run": {"bente"},
    "run-report": {"bente", "hanne"},
    "joint": {"bente"},
    "joint-need": {"bente"},
    "money": {"birgit", "lars", "dorthe"},
    "money-sheet": {"birgit", "lars", "dorthe"},
    "deputies": {"birgit", "lars", "dorthe"},
    "suggest-deputies": {"birgit", "lars", "dorthe"},
    "funding-sources": ALL,
    "funding-source": {"hanne"},
    "new-funding-source": {"hanne"},
    "rounds": {"hanne"},
    "round-new": {"hanne"},
    "round": {"hanne"},
    "round-edit": {"hanne"},
    "round-questions": {"hanne"},
    "round-lengths": {"hanne"},
    "round-staffing": {"hanne"},
    "round-staff-unit": {"hanne"},
    "wheel": {"mette", "lars", "hanne", "soren"},
    "rules": {"mette", "lars"},
    "team-rules": {"lars", "dorthe"},
    "unit-rules": {"lars", "dorthe", "hanne"},
    "plan-kickoff": {"lars", "dorthe", "hanne"},
    "kickoff": {"mette", "lars", "dorthe"},
    "kickoff-paper": {"mette", "lars", "dorthe"},
    "round-sheet": {"lars", "dorthe", "hanne"},
    "round-sheet-paper": {"lars", "dorthe", "hanne"},
    "report": {"hanne", "soren"},
    "report-paper": {"hanne", "soren"},
    "report-sheet": {"hanne", "soren"},
    "close-round": {"hanne"},
    "not-held": {"lars", "dorthe"},
    "organisation": {"hanne", "ida"},
    "employment": {"hanne", "ida"},
    "mails": {"ida"},
    "imports": {"ida"},
    "import": {"ida"},
    "import-example": {"ida"},
    "course-imports": {"ida", "hanne", "bente"},
    "course-import": {"ida", "hanne", "bente"},
    "course-import-example": {"ida", "hanne", "bente"},
    "courses": ALL,
    "course": ALL,
    "compare-courses": ALL,
    "edit-course": {"bente", "hanne"},
    "edit-run": {"bente", "hanne"},
    "new-course": ALL,
    "suggest-courses": ALL,
    "demo": set(),  # only in a database that the demo made; see test_demo.py
}
ASKED_WITH = {"take-method": lambda: {"method": PracticeMethod.objects.get(key="mentor").pk}}
SENT_BACK = {
    "slips-paper": {"lars", "dorthe"},
    "write-provider": {"lars"},
    "choose-plan": {"mette", "lars"},
    "back-to-group": {"mette"},
}
# Addresses that only take a POST: asked with a GET they say 405 to those who may, 404 to the rest.
# Addresses that need no login: /svar/ is held by test_answers.py, /underskriv/ by test_signing.py, /postkasse/ (only in
# the demo) by tests/letters, /svar/ about meetings by tests/meetings, /svar/makker/ by test_partners.py,
# /svar/nedskrevet/ by agreements/test_written_answers.py, /svar/fortryd/ by agreements/test_undo.py, /healthz, /readyz
# and /mailz by test_health.py, /opsaetning/ by people/test_first_visit.py, /metrics by test_metrics.py.
OPEN = {
    *(
        "public-self-check",
        "security-txt",
        "ballot",
        "answer",
        "answer-meeting",
        "answer-partner",
        "answer-written-link",
        "undo-answer",
        "sign",
        "mailbox",
        "email",
    ),
    *("healthz", "readyz", "mailz", "metrics", "accessibility", "calendar-feed", "handout", "first-visit"),
}
POSTED = {
    *(
        "language",
        "helper-check-in",
        "methods-seen",
        "end-role",
        "end-sessions",
        "own-data-file",
        "notice-seen",
        "let-in-new-account",
        "reset-second-step",
        "end-missing",
        "demo-enter",
        "decide",
        "decide-bill",
        "grant-several",
        "team-review-together",
        "import-go",
        "import-undo",
        "round-discussed",
        "send-plan",
    ),
    *("add-file", "remove-file", "joint-leave", "plan-application", "application", "end-deputy", "partner"),
    *("write-down", "answer-written", "team-review-press", "undo"),
    *(
        "reset-method",
        "course-import-go",
        "observe",
        "write-field",
        "ask-who-helps",
        "open-self-check",
        "close-self-check",
        "offer-help",
        "take-back-offer",
        "new-feed",
        "end-feed",
        "cancel-lapsed-seat",
        "absence",
        "try-emails-again",
        "confirm-address",
    ),
}


def addresses() -> set[str]:
    return {str(pattern.name) for pattern in addresses_of(urlpatterns) if pattern.callback is not moved}


def test_every_address_stands_in_the_table() -> None:
    assert addresses() == set(PAGES) | POSTED | OPEN


def arguments(name: str, cast: Cast) -> dict[str, Any]:
    """What the address is about: Mette's course, and her practice agreement that Karim is asked to help with."""
    cast.run.refresh_from_db()  # what was written with other arguments may be taken back
    course = cast.agree()
    practice = take_step(cast.agree(Kind.PRACTICE), Event.ASK, by=cast.mette, on=TODAY, helper=cast.karim)
    keys = {
        "agreement": practice.pk,
        "find-helper": practice.pk,
        "colleagues": practice.pk,
        "new-run": course.pk,
        "find-run": course.pk,
        "run": cast.run.pk,
        **dict.fromkeys(("method", "edit-method"), PracticeMethod.objects.get(key="mentor").pk),
        "choose-plan": PracticeMethod.objects.get(key="mentor").pk,
        "take-method": cast.conversation.pk,
        "transfer": course.pk,
        "funding-source": FundingSource.objects.order_by("pk")[0].pk,
        "course-board-step": course.pk,
        **dict.fromkeys(("conversation", "review-plan", "texts", "meeting"), cast.conversation.pk),
        "plan-paper": cast.plan.pk,
        "send-plan": cast.plan.pk,
        "course": cast.run.course.pk,
        "edit-course": cast.run.course.pk,
        "edit-run": cast.run.pk,
        **dict.fromkeys(("employment", "follow-up-talk"), cast.employment.pk),
        "figures-of": cast.kindergarten.pk,
        **dict.fromkeys(("round", "round-edit", "round-questions", "rules", "wheel"), cast.round.pk),
        **dict.fromkeys(("round-lengths", "round-staffing", "close-round"), cast.round.pk),
        **dict.fromkeys(("report", "report-paper", "report-sheet"), cast.round.pk),
    }
    if name == "stalled-group":
        Agreement.objects.filter(pk=course.pk).update(step_due=TODAY - timedelta(days=22))
        return {"key": f"find_run-i-{cast.municipality.pk}"}  # the units below have fewer than five people
    if name == "import":
        return {"pk": ImportRun.objects.create(filename="organisation.csv").pk}
    if name == "course-import":
        return {"pk": ImportRun.objects.create(kind="courses", filename="hold.csv").pk}
    if name == "goal-methods":
        return {"pk": Goal.objects.create(plan=cast.plan, text="Kunne lede et møde").pk}
    if name == "write-provider":
        found = take_step(course, Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
        return {"pk": take_step(found, Event.FUND, by=cast.lars, on=TODAY, price=100, price_reason="Tilbud").pk}
    if name == "run-report":  # somebody who serves other units has said that the course date is cancelled
        take_step(course, Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
        other = Person.objects.create(given_name="Rikke", family_name="Hansen")
        RoleAssignment.objects.create(person=other, role=Role.COORDINATOR, unit=cast.roads, starts_on=LONG_AGO)
        cancel_run(cast.run, by=other, on=TODAY, why="For få tilmeldte")
        return {"pk": RunReport.objects.get().pk}
    if name == "file":
        kind = AttachmentKind.CONFIRMATION
        file = add_attachment(course, kind=kind, name="svar.pdf", content=b"%PDF-1.7", by=cast.bente, on=TODAY)
        return {"pk": course.pk, "file": file.pk}
    if name == "joint-need":
        both = [course.pk, cast.agree().pk]
        return {"pk": confirm_joint_need(title="Konflikter", agreements=both, by=cast.bente, on=TODAY).pk}
    if name == "self-check-results":
        return {"pk": SelfCheck.objects.create(opened_on=TODAY).pk}
    if name in ("kickoff", "kickoff-paper"):
        at = timezone.now() + timedelta(days=9)
        meeting, _made = KickoffMeeting.objects.get_or_create(
            round=cast.round, unit=cast.kindergarten, defaults={"planned_at": at}
        )
        return {"pk": meeting.pk}
    if name in ("round-staff-unit", "unit-rules", "plan-kickoff", "round-sheet", "round-sheet-paper"):
        cast.round.units.add(cast.children)
        return {"pk": cast.round.pk, "unit": cast.kindergarten.pk}
    if name == "group":
        group = GroupConversation.objects.create(round=cast.round, manager=cast.lars, title="Køkkenet")
        Conversation.objects.filter(pk=cast.conversation.pk).update(kind="group", group=group)
        return {"pk": group.pk}
    if name == "back-to-group":
        Conversation.objects.filter(pk=cast.conversation.pk).update(individual_wished_on=TODAY)
        return {"pk": cast.conversation.pk}
    if name == "plan-archive":
        for signer in (cast.mette, cast.lars):
            sign_plan(cast.plan, by=signer, on=TODAY)
        return {"pk": cast.plan.pk}
    if name == "plan-of":
        return {"employment": cast.employment.pk}
    return {"pk": keys[name]} if name in keys else {}


@pytest.mark.parametrize("name", sorted(PAGES))
def test_everybody_gets_what_the_table_says(cast: Cast, name: str) -> None:
    url = reverse(name, kwargs=arguments(name, cast))
    query = ASKED_WITH[name]() if name in ASKED_WITH else {}
    got = {who: enter(getattr(cast, who)).get(url, query).status_code for who in PEOPLE}
    expected = {who: 200 if who in PAGES[name] else 404 for who in PEOPLE}
    if name in SENT_BACK:  # who may not do this, or has nothing to choose, is sent on
        expected |= dict.fromkeys(SENT_BACK[name], 302)
    assert got == expected


@pytest.mark.parametrize("name", sorted(set(PAGES) - {"demo", "home"}))
def test_who_is_not_logged_in_is_asked_to(cast: Cast, name: str) -> None:
    response = Client().get(reverse(name, kwargs=arguments(name, cast)))
    assert response.status_code == 302
    assert response["Location"].startswith("/konto/login/")


def test_the_resolver_knows_no_other_pages() -> None:
    assert {str(pattern.pattern) for pattern in get_resolver().url_patterns} == {"konto/", ""}
