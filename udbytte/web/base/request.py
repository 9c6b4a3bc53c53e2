"""What every page shares: the person who is logged in, their roles, and the links they can follow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as lazy

from udbytte.access.people import Roles, roles_of
from udbytte.models import Person, Round
from udbytte.queries.demo import has_demo_login, has_mailbox
from udbytte.queries.notifications.mail import open_outage
from udbytte.runtime.clock import today

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str
    here: bool


def person_of(request: HttpRequest) -> Person:
    """The person who is logged in. All pages need a login, so there is one."""
    return cast(Person, request.user)


def roles(request: HttpRequest) -> Roles:
    """The person's roles today, looked up once for each request."""
    known = getattr(request, "_roles", None)
    if known is None:
        known = roles_of(person_of(request), today())
        request._roles = known  # type: ignore[attr-defined]
    return cast(Roles, known)


def chosen_round(request: HttpRequest, rounds: Sequence[Round]) -> Round | None:
    """The round that `runde` in the address names; else the first, or None when there are no rounds."""
    named = (round_ for round_ in rounds if str(round_.pk) == request.GET.get("runde"))
    return next(named, rounds[0] if rounds else None)


def _arranges(mine: Roles) -> bool:
    return mine.is_coordinator or mine.is_hr


# The links: who gets each, its label, and the name of its page.
NAVIGATION: tuple[tuple[Callable[[Roles], bool], _StrPromise, str], ...] = (
    (lambda mine: True, lazy("Next step"), "home"),
    (lambda mine: True, lazy("My plan"), "plan"),
    (lambda mine: mine.is_manager, lazy("My team"), "team"),
    (lambda mine: mine.is_coordinator, lazy("Course desk"), "course-board"),
    (lambda mine: mine.is_budget_owner, lazy("Budget"), "money"),
    (lambda mine: mine.is_helper or not (_arranges(mine) or mine.is_administrator), lazy("I help"), "helping"),
    (lambda mine: mine.is_hr, lazy("Rounds"), "rounds"),
    (_arranges, lazy("Stalled"), "stalled"),
    (lambda mine: _arranges(mine) or mine.is_works_council or mine.manages_units, lazy("What comes of it"), "figures"),
    (lambda mine: True, lazy("Courses"), "courses"),
    (lambda mine: True, lazy("Ways to learn"), "methods"),
    (lambda mine: mine.is_administrator or mine.is_hr, lazy("Organisation"), "organisation"),
    (lambda mine: mine.is_administrator, lazy("Imports"), "imports"),
    (lambda mine: mine.is_administrator, lazy("Emails"), "mails"),
)


def _links(request: HttpRequest) -> list[Link]:
    """The links for the person's roles. Links that are not shown are neither translated nor looked up."""
    if not request.user.is_authenticated:
        return []
    mine = roles(request)
    shown = ((label, reverse(name)) for is_for, label, name in NAVIGATION if is_for(mine))
    return [
        Link(str(label), url, request.path.startswith(url) if url != "/" else request.path == "/")
        for label, url in shown
    ]


def everywhere(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the navigation and what the demo has, each looked up only when a template asks for it."""
    return {
        "navigation": SimpleLazyObject(lambda: _links(request)),
        "demo_login": SimpleLazyObject(has_demo_login),
        "demo_mailbox": SimpleLazyObject(has_mailbox),
        "mail_is_away": SimpleLazyObject(lambda: open_outage() is not None),
    }


View = Callable[..., HttpResponse]


def only(predicate: Callable[[Roles], bool]) -> Callable[[View], View]:
    """A page for some roles. Everybody else gets a 404."""

    def around(view: View) -> View:
        @wraps(view)
        def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not predicate(roles(request)):
                raise Http404
            return view(request, *args, **kwargs)

        return page

    return around
