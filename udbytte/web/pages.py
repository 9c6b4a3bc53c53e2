"""What every page shares: the person who looks, what they are, and where they can go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from udbytte.ground.clock import today

from ..access.people import Roles, roles_of
from ..models import Person, Round
from ..queries.demo import has_demo_login, has_mailbox


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str
    here: bool


def person_of(request: HttpRequest) -> Person:
    """Who is logged in; pages stand behind the login, so there is somebody."""
    return cast(Person, request.user)


def roles(request: HttpRequest) -> Roles:
    """What the person is today, looked up once a request."""
    found = getattr(request, "_roles", None)
    if found is None:
        found = roles_of(person_of(request), today())
        request._roles = found  # type: ignore[attr-defined]
    return cast(Roles, found)


def chosen_round(request: HttpRequest, rounds: Sequence[Round]) -> Round | None:
    """The one of them that `runde` in the address names; else the first, or None of none."""
    named = (one for one in rounds if str(one.pk) == request.GET.get("runde"))
    return next(named, rounds[0] if rounds else None)


def _links(request: HttpRequest) -> list[Link]:
    if not request.user.is_authenticated:
        return []
    mine = roles(request)
    arranges = mine.is_coordinator or mine.is_hr
    sees_figures = arranges or mine.is_works_council or mine.manages_units
    shown = (
        (True, _("Next step"), "home"),
        (True, _("My plan"), "plan"),
        (mine.is_manager, _("My team"), "team"),
        (mine.is_coordinator, _("Course desk"), "desk"),
        (mine.is_budget_owner, _("Money"), "money"),
        (mine.is_helper or not (arranges or mine.is_administrator), _("I help"), "helping"),
        (mine.is_hr, _("Rounds"), "rounds"),
        (arranges, _("Standing still"), "standing-still"),
        (sees_figures, _("What comes of it"), "figures"),
        (True, _("Courses"), "courses"),
        (True, _("Ways to learn"), "ways"),
        (mine.is_administrator or mine.is_hr, _("Organisation"), "organisation"),
        (mine.is_administrator, _("Imports"), "imports"),
    )
    return [
        Link(label, url, request.path.startswith(url) if url != "/" else request.path == "/")
        for show, label, url in ((show, label, reverse(name)) for show, label, name in shown)
        if show
    ]


def everywhere(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the navigation and what the demo has, each looked up only when a template asks for it."""
    return {
        "navigation": SimpleLazyObject(lambda: _links(request)),
        "demo_login": SimpleLazyObject(has_demo_login),
        "demo_mailbox": SimpleLazyObject(has_mailbox),
    }


View = Callable[..., HttpResponse]


def only(predicate: Callable[[Roles], bool]) -> Callable[[View], View]:
    """A page for some roles; to everybody else it does not exist."""

    def around(view: View) -> View:
        @wraps(view)
        def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not predicate(roles(request)):
                raise Http404
            return view(request, *args, **kwargs)

        return page

    return around
