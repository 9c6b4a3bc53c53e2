"""The items of an email, and the pieces of text that their sentences share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from django.conf import settings
from django.utils.translation import gettext as _

from udbytte.domain.notifications import AgreementFacts, Facts, NotificationKind
from udbytte.models import Agreement, CourseRun, Notification, Person


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Item:
    """One thing in an email: what it is, what it is about, and the links that answer it."""

    head: str
    body: str = ""
    late: bool = False
    links: list[Link] = field(default_factory=list)


def listed(*parts: str | None, by: str = ", ") -> str:
    """The parts that are not empty, one after another."""
    return by.join(part for part in parts if part)


def whose(agreement: Agreement) -> str:
    """The agreement with the name of its employee, for readers who are not the employee."""
    return f"{agreement.employee.name}: {agreement.title}"


def where_and_when(run: CourseRun | None) -> str:
    return listed(run.hours, run.place, run.address) if run is not None else ""


def with_own_plan(body: str, agreement: Agreement, person: Person) -> str:
    """The text with what the employee planned behind it; nobody else may read that."""
    if agreement.employee_id != person.pk:
        return body
    return listed(*(part.rstrip(".") for part in (body, *agreement.own_plan)), by=". ")


def page_of(agreement: Agreement) -> str:
    return f"{settings.BASE_URL}/aftaler/{agreement.pk}/"


def open_it(url: str) -> Link:
    return Link(_("Open it"), url)


# --- Tables of texts: for each kind of notification, the function that makes an item of its facts

Words = Callable[[Notification, Person], Item]
F = TypeVar("F", bound=Facts)
A = TypeVar("A", bound=AgreementFacts)


def says(facts: type[F], item_of: Callable[[F, Notification, Person], Item]) -> tuple[NotificationKind, Words]:
    """An entry of a table: the kind of these facts, and the function that makes their item."""

    def words(notification: Notification, person: Person) -> Item:
        return item_of(_facts_of(notification, facts), notification, person)

    return facts.kind, words


def says_of_agreement(
    facts: type[A], item_of: Callable[[A, Agreement, Notification, Person], Item]
) -> tuple[NotificationKind, Words]:
    """An entry of a table for a kind that is always about an agreement."""

    def words(notification: Notification, person: Person) -> Item:
        if notification.agreement is None:
            raise ValueError(f"{notification} is about no agreement")
        return item_of(_facts_of(notification, facts), notification.agreement, notification, person)

    return facts.kind, words


def _facts_of(notification: Notification, facts: type[F]) -> F:
    typed_facts = notification.typed_facts
    if not isinstance(typed_facts, facts):
        raise TypeError(f"{notification} is no {facts.__name__}")
    return typed_facts
