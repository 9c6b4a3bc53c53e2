"""Which pages are noted in the audit log when somebody opens them, and what is noted of logging in.

Every address is in one of the tables here, and a test compares them with all addresses. Reading about oneself is not
noted. A page that cannot be noted is not shown.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
)
from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

from udbytte.access.people import is_administrator
from udbytte.models import AuditKind, Person
from udbytte.runtime.clock import today
from udbytte.services.people.audit import About, note, note_list, note_reading

from .sign_on import work_login

# Pages about one employee: what is noted, and whose id the address has (of a link: which id it carries).
READINGS: dict[str, tuple[AuditKind, About]] = {
    "plan-of": (AuditKind.PLAN, About.EMPLOYMENT),
    "sign": (AuditKind.PLAN, About.PLAN),
    "plan-paper": (AuditKind.DOCUMENT, About.PLAN),
    "plan-archive": (AuditKind.DOCUMENT, About.PLAN),
    "conversation": (AuditKind.CONVERSATION, About.CONVERSATION),
    "review-plan": (AuditKind.CONVERSATION, About.CONVERSATION),
    "take-method": (AuditKind.CONVERSATION, About.CONVERSATION),
    "goal-methods": (AuditKind.CONVERSATION, About.GOAL),
    "group": (AuditKind.CONVERSATION, About.GROUP),
    "follow-up-talk": (AuditKind.CONVERSATION, About.EMPLOYMENT),
    "agreement": (AuditKind.AGREEMENT, About.AGREEMENT),
    "answer": (AuditKind.AGREEMENT, About.AGREEMENT),
    "find-run": (AuditKind.AGREEMENT, About.AGREEMENT),
    "new-run": (AuditKind.AGREEMENT, About.AGREEMENT),
    "write-provider": (AuditKind.AGREEMENT, About.AGREEMENT),
    "find-helper": (AuditKind.AGREEMENT, About.AGREEMENT),
    "transfer": (AuditKind.AGREEMENT, About.AGREEMENT),
    "plan-application": (AuditKind.AGREEMENT, About.AGREEMENT),
    "application": (AuditKind.AGREEMENT, About.APPLICATION),
    "helper-check-in": (AuditKind.AGREEMENT, About.CHECK_IN),
    "decide": (AuditKind.AGREEMENT, About.AGREEMENT),
    "decide-bill": (AuditKind.AGREEMENT, About.OVERRUN),
    "file": (AuditKind.DOCUMENT, About.AGREEMENT),
}
# Pages that show something about several people: noted once a day for each reader.
LISTS = {
    "privacy-desk",
    *("team", "team-review", "not-held", "meetings", "offer-times", "team-rules", "slips"),
    *("stalled", "stalled-group", "organisation", "employment", "mails"),
    *("course-board", "course-board-choices", "run", "run-report", "joint", "joint-need"),
    *("money", "deputies", "helping", "kickoff", "imports", "import"),
}
# Files with something about several people.
EXPORTS = {"slips-paper", "money-sheet", "report-paper", "report-sheet", "audit-export"}
# Searching for people by name; `SEARCHED` are the names of what is typed.
SEARCHES = {"suggest-deputies", "organisation", "find-helper", "ask-who-helps"}
SEARCHED = ("q", "name", "helper", "deputy", "owner", "person")
# What is changed by sending a form.
SETTINGS = {
    *("round-new", "round-edit", "round-questions", "round-lengths", "round-staffing", "round-staff-unit"),
    *("rules", "unit-rules", "close-round", "funding-source", "new-funding-source", "absence"),
}
# Everything else: one's own data, times, catalogues, counts of at least five people, what only changes something (the
# log of the agreement has that), and pages for everybody.
NOT_NOTED = {
    *("own-data", "own-data-file", "privacy-notice", "notice-seen", "handout"),  # fetching is noted by itself
    *("home", "plan", "send-plan", "preferences", "calendar-feed", "new-feed", "end-feed", "seen-by", "audit"),
    *("meeting", "new-group", "back-to-group", "answer-meeting", "texts", "write-field", "suggest-courses"),
    *("observe", "add-file", "remove-file", "write-down", "answer-written", "answer-written-link"),
    *("undo", "undo-answer", "partner", "answer-partner", "offer-help", "take-back-offer"),
    *(
        "team-review-together",
        "team-review-press",
        "end-role",
        "end-missing",
        "end-sessions",
        "let-in-new-account",
        "reset-second-step",
    ),
    *("try-emails-again", "confirm-address"),
    *("course-board-step", "cancel-lapsed-seat", "joint-leave", "end-deputy", "grant-several"),
    *("courses", "new-course", "compare-courses", "course", "edit-course", "edit-run"),
    *("methods", "methods-seen", "print-methods", "arrange-methods", "new-method", "method", "edit-method"),
    *("reset-method", "choose-plan", "funding-sources"),
    *("units-below", "figures", "figures-of", "learning", "what-is-measured", "report"),
    *("public-self-check", "ballot", "self-checks", "open-self-check", "self-check-results", "close-self-check"),
    *("rounds", "round", "plan-kickoff", "round-sheet", "round-sheet-paper", "kickoff-paper", "wheel"),
    *("round-discussed", "import-example", "import-go", "import-undo"),
    *("course-imports", "course-import", "course-import-example", "course-import-go"),
    *("language", "healthz", "readyz", "mailz", "metrics", "accessibility", "security-txt"),
    "first-visit",
    *("demo", "demo-enter", "mailbox", "email"),
}
NOTED = "noted"  # in the session: the day, and the lists that were opened on it
THINGS = {About.AGREEMENT: "agreement_id", About.PLAN: "plan_id"}  # of links in emails


class AuditMiddleware:
    """Notes what was read. A view of a link from an email says who reads by `request.signed_link`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        if match is None or match.url_name is None:
            return response
        if request.method in ("GET", "HEAD"):
            if response.status_code == 200:
                _note_page(request, match.url_name, match.kwargs)
        elif response.status_code < 400 and match.url_name in SETTINGS and isinstance(request.user, Person):
            note(AuditKind.SETTINGS, by=request.user, on=today(), page=match.url_name, thing=match.kwargs.get("pk"))
        if response.status_code == 429:
            note_too_often(request)
        return response


def _person(request: HttpRequest) -> Person | None:
    return request.user if isinstance(request.user, Person) else None


def _note_page(request: HttpRequest, page: str, named: dict[str, Any]) -> None:
    person, link, on = _person(request), getattr(request, "signed_link", None), today()
    if link is not None:
        person = Person(pk=link.person_id)
    if person is None:
        return
    if page in READINGS:
        kind, about = READINGS[page]
        thing = getattr(link, THINGS[about]) if link is not None else next(iter(named.values()))
        note_reading(kind, about, thing, by=person, page=page, on=on)
    elif page in EXPORTS:
        note(AuditKind.EXPORT, by=person, on=on, page=page, thing=named.get("pk"))
    if page in SEARCHES and any(request.GET.get(name, "").strip() for name in SEARCHED):
        note(AuditKind.SEARCH, by=person, on=on, page=page)
    elif page in LISTS and not _has_noted_list(request, page, on):
        note_list(by=person, page=page, on=on)


def _has_noted_list(request: HttpRequest, page: str, on: date) -> bool:
    """Whether this session has opened the list today, so that the database need not be asked again."""
    day, pages = request.session.get(NOTED, ("", []))
    if day == on.isoformat() and page in pages:
        return True
    request.session[NOTED] = (on.isoformat(), [*(pages if day == on.isoformat() else []), page])
    return False


@receiver(user_logged_in)
def _logged_in(sender: object, request: HttpRequest, user: Person, **kwargs: object) -> None:
    """A login; an administrator's own one where others have to log in at work, so that it can be asked about."""
    is_past_work = settings.SIGN_ON.codes_for != "everybody" and work_login(request, user) is None
    kind = AuditKind.LOGIN_PAST_WORK if is_past_work and is_administrator(user, today()) else AuditKind.LOGIN
    note(kind, by=user, about=user, on=today(), steps=_steps(request, user))


def _steps(request: HttpRequest, person: Person) -> list[str]:
    """How the person logged in just now: a code, a password or at work, and the kind of the second step."""
    records = get_authentication_records(request, person)
    steps = [str(record.get("type") or record["method"]) for record in records]
    at_work = work_login(request, person)
    return [*steps, *(["step_at_work"] if at_work is not None and at_work.has_second_step else [])]


@receiver(user_logged_out)
def _logged_out(sender: object, user: Person | None, **kwargs: object) -> None:
    if user is not None:
        note(AuditKind.LOGOUT, by=user, about=user, on=today())


@receiver(user_login_failed)
def _login_failed(sender: object, credentials: dict[str, Any], **kwargs: object) -> None:
    """A wrong password. The address is looked up, and never noted itself: it may be anything that was typed."""
    note_failed_login(Person.objects.filter(email__iexact=str(credentials.get("email", ""))).first(), "password")


def note_failed_login(person: Person | None, way: str) -> None:
    """Somebody gave a wrong password, code or second step for the person; None: for an address that is nobody's."""
    note(AuditKind.LOGIN_FAILED, by=None, about=person, on=today(), way=way)


def note_too_often(request: HttpRequest) -> None:
    """Somebody was refused because the same was tried too often."""
    match = request.resolver_match
    page = match.url_name or "" if match is not None else ""
    note(AuditKind.TOO_OFTEN, by=_person(request), on=today(), page=page)


@receiver(authentication_failed)
def _second_step_failed(sender: object, user: Person, **kwargs: object) -> None:
    note_failed_login(user, "second step")


@receiver(authenticator_added)
def _second_step_on(sender: object, user: Person, authenticator: Any, **kwargs: object) -> None:
    kind = AuditKind.SECOND_STEP_CODES if authenticator.type == "recovery_codes" else AuditKind.SECOND_STEP_ON
    note(kind, by=user, about=user, on=today())


@receiver(authenticator_removed)
def _second_step_off(sender: object, user: Person, authenticator: Any, **kwargs: object) -> None:
    if authenticator.type != "recovery_codes":  # they go with the app
        note(AuditKind.SECOND_STEP_OFF, by=user, about=user, on=today())


@receiver(authenticator_reset)
def _new_codes(sender: object, user: Person, **kwargs: object) -> None:
    note(AuditKind.SECOND_STEP_CODES, by=user, about=user, on=today())
