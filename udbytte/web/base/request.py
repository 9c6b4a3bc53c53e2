"""What every page shares: the person who is logged in, their roles, and the links they can follow."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as lazy

from udbytte.access.people import Roles, has_administrator, roles_of
from udbytte.models import Person, Round
from udbytte.queries.demo import has_demo_login, has_mailbox
from udbytte.queries.notifications.mail import open_outage
from udbytte.runtime.clock import today

from .drafts import draft_key
from .second_step import is_second_step_missing, page_came_for
from .sign_on import again_at_work

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


MOST_LINKS = 5  # beside the person's own menu


@dataclass(frozen=True, slots=True)
class Place:
    """What a link leads to: who gets it, its label, the name of its page, and a pattern of other addresses in it."""

    is_for: Callable[[Roles], bool]
    label: _StrPromise
    page: str
    others: str = ""

    @property
    def url(self) -> str:
        return reverse(self.page)


# The pages of conversations lie in the team of whoever leads one, and in the own plan of everybody else.
CONVERSATIONS = "/(samtaler|grupper|opfoelgning)/"

# The main pages of the roles, the one that a person needs most first.
ROLE_PLACES: tuple[Place, ...] = (
    Place(lambda mine: mine.is_hr, lazy("The round"), "rounds"),
    Place(lambda mine: mine.is_coordinator, lazy("Course tasks"), "course-board"),
    Place(lambda mine: mine.is_manager, lazy("My team"), "team", CONVERSATIONS),
    Place(lambda mine: mine.is_budget_owner, lazy("Budget"), "money"),
    Place(lambda mine: mine.is_administrator or mine.is_hr, lazy("Organisation"), "organisation", "/import/"),
    Place(lambda mine: mine.is_administrator, lazy("Emails"), "mails"),
    Place(lambda mine: True, lazy("I help"), "helping"),
)
OUTCOMES = Place(
    lambda mine: mine.is_coordinator or mine.is_hr or mine.is_works_council or bool(mine.manages_units),
    lazy("What comes of it"),
    "figures",
    r"/(selvtjek|runder/\d+/rapport)/",
)
OWN_PLACES: tuple[Place, ...] = (
    Place(lambda mine: True, lazy("My plan"), "plan", CONVERSATIONS),
    OUTCOMES,
    Place(lambda mine: True, lazy("Learn something"), "methods", "/(kurser|tilskud)/"),
)
FIRST = Place(lambda mine: True, lazy("Next step"), "home")


def _places(mine: Roles) -> tuple[list[Place], list[Place]]:
    """The places of the navigation for these roles, at most `MOST_LINKS`, and those that the person's menu holds."""
    own = [place for place in OWN_PLACES if place.is_for(mine)]
    of_role = [place for place in ROLE_PLACES if place.is_for(mine)]
    room = MOST_LINKS - 1 - len(own)
    return [FIRST, *of_role[:room], *own], of_role[room:]


def _links(request: HttpRequest, *, in_menu: bool = False) -> list[Link]:
    """The links for the person's roles, of the navigation or of the person's own menu, looked up only when shown."""
    if not request.user.is_authenticated:
        return []
    shown, rest = _places(roles(request))
    here = _here(request.path, [*rest, *shown])
    return [Link(str(place.label), place.url, place is here) for place in (rest if in_menu else shown)]


def _here(path: str, places: list[Place]) -> Place | None:
    """The one place that a page lies in: by the place's pattern, else that of the longest address it begins with."""
    for place in places:
        if place.others and re.match(place.others, path):
            return place
    begins = [place for place in places if path.startswith(place.url) and (place is not FIRST or path == place.url)]
    return max(begins, key=lambda place: len(place.url), default=None)


def everywhere(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the navigation and what the demo has, each looked up only when a template asks for it."""
    return {
        "navigation": SimpleLazyObject(lambda: _links(request)),
        "own_menu": SimpleLazyObject(lambda: _links(request, in_menu=True)),
        "accessibility_statement": settings.ACCESSIBILITY_STATEMENT,
        "demo_login": SimpleLazyObject(has_demo_login),
        "demo_mailbox": SimpleLazyObject(has_mailbox),
        "sign_on": settings.SIGN_ON,
        "second_step_missing": SimpleLazyObject(lambda: is_second_step_missing(request)),
        "page_came_for": SimpleLazyObject(lambda: page_came_for(request)),
        "draft_key": SimpleLazyObject(lambda: draft_key(person_of(request).pk)),
        "again_at_work": SimpleLazyObject(lambda: again_at_work(request)),
        "organisation": settings.ORGANISATION,
        "waits_for_setup": SimpleLazyObject(lambda: not has_administrator(today())),
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
