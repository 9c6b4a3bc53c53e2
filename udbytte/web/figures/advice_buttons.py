"""The button beside an advice. It says how many people or agreements it is about, to those who may see them."""

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
from udbytte.services.practice.offers import agreements_without_helper, ask_team_who_helps
from udbytte.web.base.request import only, person_of

from .advice import QUESTIONS, everyone


@dataclass(frozen=True, slots=True)
class Button:
    """A button. `sends`: it does something (POST); otherwise it opens a page."""

    label: str
    url: str
    sends: bool = False


def _offer_times_button(person: Person, on: date) -> Button | None:
    """Find times for the conversations that the manager has not planned yet."""
    talks = conversations_to_hold(person, on).filter(held_on__isnull=True, declined_on__isnull=True)
    count = talks.filter(planned_at__isnull=True, group__isnull=True, rests_until__isnull=True).count()
    words = ngettext("Find a time for %(count)s conversation", "Find times for %(count)s conversations", count)
    return Button(words % {"count": count}, reverse("offer-times")) if count else None


def _late_courses_button(person: Person, on: date) -> Button | None:
    """See to the team's courses whose next step is overdue."""
    late = agreements_of_reports(person, on).filter(closed_on__isnull=True, step_due__lt=on)
    count = late.filter(kind=Kind.COURSE).count()
    words = ngettext("Follow up %(count)s overdue course", "Follow up %(count)s overdue courses", count)
    return Button(words % {"count": count}, f"{reverse('team-review')}?vis=over-fristen") if count else None


def _ask_who_helps_button(person: Person, on: date) -> Button | None:
    """Ask the employees who have not found a helper yet."""
    count = len({agreement.employee_id for agreement in agreements_without_helper(person, on)})
    words = ngettext("Ask %(count)s person who could help", "Ask %(count)s people who could help", count)
    return Button(words % {"count": count}, reverse("ask-who-helps"), sends=True) if count else None


def _talk_button(person: Person, on: date) -> Button | None:
    """Talk about the outcomes that the manager has not talked about with the employee."""
    count = steps_owned_by(person).filter(step__in=("talk", "talk_stuck")).count()
    words = ngettext("Talk about %(count)s agreement", "Talk about %(count)s agreements", count)
    return Button(words % {"count": count}, f"{reverse('team-review')}?vis=venter") if count else None


def _coordinators_button(person: Person, on: date) -> Button | None:
    """Name coordinators for the units of the newest open round that have none."""
    round_ = Round.objects.filter(published_on__isnull=False, closed_on__isnull=True).first()
    if round_ is None:
        return None
    count = round_.uncoordinated or 0
    words = ngettext("Appoint a coordinator for %(count)s unit", "Appoint coordinators for %(count)s units", count)
    return (
        Button(words % {"count": count}, f"{reverse('round-staffing', args=[round_.pk])}?mangler=1") if count else None
    )


def _manager(roles: Roles) -> bool:
    return roles.is_manager


def _hr(roles: Roles) -> bool:
    return roles.is_hr


ButtonFinder = Callable[[Person, date], Button | None]
# By question: for whom, and the function that makes the button. The first button that has something to do is shown.
BUTTONS: dict[int, tuple[tuple[Callable[[Roles], bool], ButtonFinder], ...]] = {
    1: ((_manager, _offer_times_button),),
    2: ((_hr, _coordinators_button),),
    3: ((_manager, _late_courses_button),),
    4: ((_manager, _offer_times_button),),
    6: ((_manager, _ask_who_helps_button),),
    7: ((_manager, _talk_button),),
}


def button_for(number: int, person: Person, roles: Roles, on: date, *, lowest: Button | None = None) -> Button | None:
    """The button for a question: something that this person can do, or else the page where it is done.

    Who has neither gets `lowest`, the unit to begin with, or at last a page that everybody has.
    """
    for is_for, find_button in BUTTONS.get(number, ()):
        button = find_button(person, on) if is_for(roles) else None
        if button is not None:
            return button
    link = next((link for link in QUESTIONS[number].links if link.is_for(roles)), None)
    if link is None or (link.is_for is everyone and lowest is not None):
        return lowest
    return Button(str(link.label), reverse(link.page))


@only(_manager)
@require_POST
def ask_for_helpers(request: HttpRequest) -> HttpResponse:
    """Ask those of the team who have no helper yet; then go back to the question."""
    count = ask_team_who_helps(by=person_of(request), on=today())
    if count:
        words = ngettext(
            "%(count)s person is asked in their weekly email.",
            "%(count)s people are asked in their weekly email.",
            count,
        )
        messages.success(request, words % {"count": count})
    else:
        messages.success(request, _("They have already been asked this week."))
    return redirect(f"{reverse('figures')}?q=6#q6")


urlpatterns = [path("udbytte/hvem-hjaelper/", ask_for_helpers, name="ask-who-helps")]
