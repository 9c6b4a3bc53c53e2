"""The button beside an advice: what it does, and to how many, for those who may see them one by one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from udbytte.access.agreements import agreements_of_reports, steps_owned_by
from udbytte.access.conversations import conversations_to_hold
from udbytte.access.people import Roles
from udbytte.domain.lifecycle import Kind
from udbytte.models import Person, Round
from udbytte.runtime.clock import today
from udbytte.services.practice.offers import ask_who_helps, without_helper
from udbytte.web.base.request import only, person_of

from .advice import QUESTIONS


@dataclass(frozen=True, slots=True)
class Button:
    """What can be pressed. `sends`: it does something (POST); otherwise it opens a page."""

    label: str
    url: str
    sends: bool = False


def _offer_times_button(person: Person, on: date) -> Button | None:
    """The conversations that the manager has yet to plan."""
    talks = conversations_to_hold(person, on).filter(held_on__isnull=True, declined_on__isnull=True)
    count = talks.filter(planned_at__isnull=True, group__isnull=True, rests_until__isnull=True).count()
    said = ngettext("Book the talk with %(count)s person", "Book the talk with %(count)s people", count)
    return Button(said % {"count": count}, reverse("offer-times")) if count else None


def _late_courses_button(person: Person, on: date) -> Button | None:
    """The team's courses whose next step is past its date."""
    late = agreements_of_reports(person, on).filter(closed_on__isnull=True, step_due__lt=on)
    count = late.filter(kind=Kind.COURSE).count()
    said = ngettext("See to %(count)s course past its date", "See to %(count)s courses past their date", count)
    return Button(said % {"count": count}, reverse("team")) if count else None


def _ask_who_helps_button(person: Person, on: date) -> Button | None:
    """The employees who are to find somebody that helps."""
    count = len({one.employee_id for one in without_helper(person, on)})
    said = ngettext("Ask %(count)s person who helps", "Ask %(count)s people who helps", count)
    return Button(said % {"count": count}, reverse("ask-who-helps"), sends=True) if count else None


def _talk_button(person: Person, on: date) -> Button | None:
    """The outcomes that wait for a word with the manager."""
    count = steps_owned_by(person).filter(step__in=("talk", "talk_stuck")).count()
    said = ngettext("Talk about %(count)s agreement", "Talk about %(count)s agreements", count)
    return Button(said % {"count": count}, reverse("home")) if count else None


def _coordinators_button(person: Person, on: date) -> Button | None:
    """The units of the newest open round where nobody coordinates courses."""
    round_ = Round.objects.filter(published_on__isnull=False, closed_on__isnull=True).first()
    if round_ is None:
        return None
    count = round_.uncoordinated or 0
    said = ngettext("Name a coordinator for %(count)s unit", "Name a coordinator for %(count)s units", count)
    return Button(said % {"count": count}, reverse("round-staffing", args=[round_.pk])) if count else None


def _manager(mine: Roles) -> bool:
    return mine.is_manager


def _hr(mine: Roles) -> bool:
    return mine.is_hr


ButtonFinder = Callable[[Person, date], Button | None]
# By question, in order: for whom, and what there is to do. The first that has something to do is shown.
BUTTONS: dict[int, tuple[tuple[Callable[[Roles], bool], ButtonFinder], ...]] = {
    1: ((_manager, _offer_times_button),),
    2: ((_hr, _coordinators_button),),
    3: ((_manager, _late_courses_button),),
    4: ((_manager, _offer_times_button),),
    6: ((_manager, _ask_who_helps_button),),
    7: ((_manager, _talk_button),),
}


def button_for(number: int, person: Person, mine: Roles, on: date) -> Button | None:
    """What helps with a question, for this person: something of their own to do, else the page where it is done."""
    for who, finds in BUTTONS.get(number, ()):
        button = finds(person, on) if who(mine) else None
        if button is not None:
            return button
    action = next((one for one in QUESTIONS[number].actions if one.who(mine)), None)
    return Button(str(action.label), reverse(action.page)) if action is not None else None


@only(_manager)
@require_POST
def ask_for_helpers(request: HttpRequest) -> HttpResponse:
    """Ask those of the team who are to find somebody that helps; then back to the question."""
    count = ask_who_helps(by=person_of(request), on=today())
    if count:
        said = ngettext(
            "%(count)s person is asked in their letter.", "%(count)s people are asked in their letter.", count
        )
        messages.success(request, said % {"count": count})
    else:
        messages.success(request, _("They have been asked this week already."))
    return redirect(f"{reverse('figures')}#q6")


urlpatterns = [path("udbytte/hvem-hjaelper/", ask_for_helpers, name="ask-who-helps")]
