"""The texts of emails about money: bills above what was granted, and applications to funds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from udbytte.domain.notifications import (
    ApplicationMoved,
    ApplicationMovedOn,
    ApplicationToTakeBack,
    GrantReleased,
    NotificationKind,
    OverrunAsked,
    OverrunDecided,
)
from udbytte.models import Agreement, ApplicationState, Notification, Person
from udbytte.models.formatting import kroner

from .items import Item, Link, Words, listed, page_of, says_of_agreement, whose

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

APPLICATION_HEADS: Mapping[ApplicationState, _StrPromise] = {
    ApplicationState.PLANNED: lazy("Send the application to %(source)s"),
    ApplicationState.SENT: lazy("Is there an answer from %(source)s?"),
    ApplicationState.GRANTED: lazy("%(source)s has granted the money"),
    ApplicationState.REFUSED: lazy("%(source)s has refused the money. Find another solution"),
    ApplicationState.WITHDRAWN: lazy("The application to %(source)s has been withdrawn"),
    ApplicationState.NOT_SENT: lazy("The application to %(source)s was not sent in time. The agreement goes on"),
    ApplicationState.ANSWER_UNKNOWN: lazy("No answer from %(source)s was reported. The agreement goes on"),
}


def _application(facts: ApplicationMoved, agreement: Agreement, notification: Notification, person: Person) -> Item:
    """An application for external funding: what is to be done about it, or what the fund answered."""
    head = APPLICATION_HEADS[ApplicationState(facts.state)] % {"source": facts.source}
    if facts.unit:  # the recipient may read no plan
        return Item(head, facts.unit, facts.days > 0)
    had = _("%(who)s had the task until now") % {"who": facts.silent} if facts.silent else ""
    return Item(head, listed(_course(agreement, person), had, by="\n"), facts.days > 0, [_applications(agreement)])


def _moved_on(facts: ApplicationMovedOn, agreement: Agreement, notification: Notification, person: Person) -> Item:
    """The recipient had the application."""
    head = _("%(to)s has taken over the application to %(source)s") % {"source": facts.source, "to": facts.to}
    return Item(head, _course(agreement, person))


def _take_back(facts: ApplicationToTakeBack, agreement: Agreement, notification: Notification, person: Person) -> Item:
    """The application was sent, and its agreement goes no further."""
    head = _("Write to %(source)s that the application is withdrawn") % {"source": facts.source}
    return Item(head, _course(agreement, person), links=[_applications(agreement)])


def _released(facts: GrantReleased, agreement: Agreement, notification: Notification, person: Person) -> Item:
    """A grant was not used in time, and the money can be granted to others."""
    head = _("%(price)s can be granted again, as nobody registered for the course in time") % {
        "price": kroner(facts.price)
    }
    return Item(head, _course(agreement, person), links=[Link(_("See the budget"), f"{settings.BASE_URL}/budget/")])


def _overrun(facts: OverrunAsked, agreement: Agreement, notification: Notification, person: Person) -> Item:
    """A bill is above what was granted, and the recipient decides, or names somebody who can."""
    if facts.unit:
        head = _("A bill waits, and %(unit)s has no budget owner who can decide") % {"unit": facts.unit}
        return Item(head, links=[Link(_("Appoint a budget owner"), f"{settings.BASE_URL}/organisation/#roller")])
    words = {"price": kroner(facts.price), "granted": kroner(facts.granted_price), "by": facts.by}
    head = _("Is the bill of %(price)s to be paid? %(granted)s was granted") % words
    body = listed(_course(agreement, person), _("%(by)s has written the amount of the bill") % words, by="\n")
    return Item(head, body, links=[Link(_("Decide about the bill"), f"{settings.BASE_URL}/budget/#regninger")])


def _overrun_decided(facts: OverrunDecided, agreement: Agreement, notification: Notification, person: Person) -> Item:
    """A bill above what was granted is decided: what counts now, and what is to be done."""
    words = {"price": kroner(facts.price), "granted": kroner(facts.granted_price), "by": facts.by}
    about = _course(agreement, person)
    if facts.granted:
        return Item(_("%(by)s has granted the bill of %(price)s") % words, listed(about, facts.answer, by="\n"))
    head = _("%(by)s has not granted the bill of %(price)s, so the grant is still %(granted)s") % words
    now = _(
        "Talk to the provider about the bill. If another price is right, the manager or the coordinator can correct it."
    )
    return Item(head, listed(about, facts.answer, now, by="\n"))


def _course(agreement: Agreement, person: Person) -> str:
    """The agreement as the recipient may read it: outside the two only the course's own title."""
    if agreement.employee_id == person.pk:
        return agreement.title
    if agreement.employment.line_manager_id == person.pk:
        return whose(agreement)
    return f"{agreement.employee.name}: {agreement.public_title}"


def _applications(agreement: Agreement) -> Link:
    return Link(_("See the application"), f"{page_of(agreement)}#tilskud")


MONEY_NEWS: Mapping[NotificationKind, Words] = dict(
    (
        says_of_agreement(ApplicationMoved, _application),
        says_of_agreement(ApplicationMovedOn, _moved_on),
        says_of_agreement(ApplicationToTakeBack, _take_back),
        says_of_agreement(GrantReleased, _released),
        says_of_agreement(OverrunAsked, _overrun),
        says_of_agreement(OverrunDecided, _overrun_decided),
    )
)
