"""The items of an email, and the pieces of text that their sentences share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, auto
from typing import TypeVar

from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from udbytte.domain.lifecycle import Kind
from udbytte.domain.notifications import AgreementFacts, Facts, NotificationKind
from udbytte.domain.notifications.emails import Asked, Urgency
from udbytte.models import Agreement, CourseRun, Notification, Person
from udbytte.models.labels import KIND_LABELS

MOST_NAMES = 3  # in a sentence


class Look(Enum):
    """How the links of an item look."""

    PLAIN = auto()  # links that show something
    TASK = auto()  # the first is a button; it is the one loud one where the item is the email's first
    QUESTION = auto()  # answers side by side, all equal


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str

    @property
    def path(self) -> str:
        """The address without the host, for a page."""
        return self.url.removeprefix(settings.BASE_URL)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing in an email: what it is, what it is about, and the links that answer it."""

    head: str
    body: str = ""  # one or several lines
    late: bool = False
    links: list[Link] = field(default_factory=list)
    look: Look = Look.PLAIN
    subject: str = ""  # of an email that begins with this item: no free title, as it stands on lock screens
    urgency: Urgency = Urgency.NEWS
    day: date | None = None  # items of the same urgency are ordered by it
    group: str = ""  # many items of the same group are one
    asks: tuple[Asked, ...] = ()
    # The other people who can go on when the reader has done it: their short names by their ids.
    waits: Mapping[int, str] = field(default_factory=dict)
    is_answer: bool = False  # whether they wait for an answer, which takes no more than minutes
    page: str = "/"  # where the items of the group stand together

    @property
    def lines(self) -> list[str]:
        return self.body.split("\n") if self.body else []

    @property
    def is_task(self) -> bool:
        return self.look is Look.TASK

    @property
    def is_question(self) -> bool:
        return self.look is Look.QUESTION


def listed(*parts: str | None, by: str = ", ") -> str:
    """The parts that are not empty, one after another."""
    return by.join(part for part in parts if part)


def names_text(names: Sequence[str]) -> str:
    """Some people in a sentence: "Mette", "Mette and Line", "Mette, Line and Poul", "Mette, Line and 4 others"."""
    if len(names) == 1:
        return names[0]
    if len(names) <= MOST_NAMES:
        return _("%(names)s and %(last)s") % {"names": ", ".join(names[:-1]), "last": names[-1]}
    others = len(names) - MOST_NAMES + 1
    words = {"names": ", ".join(names[: MOST_NAMES - 1]), "count": others}
    return ngettext("%(names)s and %(count)s other", "%(names)s and %(count)s others", others) % words


def whose(agreement: Agreement) -> str:
    """The agreement with the name of its employee, for readers who are not the employee."""
    return f"{agreement.employee.name}: {agreement.title}"


def about_for(agreement: Agreement, person: Person) -> str:
    """The agreement's title, with the name of its employee for any other reader."""
    return agreement.title if agreement.employee_id == person.pk else whose(agreement)


def public_name(agreement: Agreement) -> str:
    """What a subject calls the agreement: its course in the catalogue or its way of learning, else its kind in words.

    The title that the two have written stands in no subject. A colon becomes a dash, as the subject has one already.
    """
    return _known_name(agreement) or capfirst(str(KIND_LABELS[Kind(agreement.kind)]))


def name_in_sentence(agreement: Agreement) -> str:
    """The same within a sentence: "a course" where no name is known."""
    return _known_name(agreement) or (_("a course") if agreement.kind == Kind.COURSE else _("learning at work"))


def _known_name(agreement: Agreement) -> str:
    name = ""
    course = agreement.run.course if agreement.run is not None else agreement.course
    if agreement.kind == Kind.COURSE and course is not None:
        name = course.title
    elif agreement.method is not None:
        name = str(agreement.method)
    return name.replace(": ", " – ")


def titled(head: str, agreement: Agreement, late: int = 0) -> str:
    """A subject: a question or a task, what it is about, and how late it is in days.

    Where no name is known, "Course" or "Learning at work" would say nothing, and the subject is the head alone.
    """
    name = _known_name(agreement)
    text = f"{head} {name}" if head.endswith("?") else listed(head, name, by=": ")
    text = text.strip()
    return f"{text} ({days_late(late)})" if late > 0 else text


def days_late(late: int) -> str:
    return ngettext("%(days)s day late", "%(days)s days late", late) % {"days": late}


def where_and_when(run: CourseRun | None) -> str:
    return listed(run.hours, run.place, run.address) if run is not None else ""


def with_own_plan(body: str, agreement: Agreement, person: Person) -> str:
    """The text with what the employee planned on lines below it; nobody else may read that."""
    return listed(body, *agreement.own_plan, by="\n") if agreement.employee_id == person.pk else body


def page_of(agreement: Agreement) -> str:
    return f"{settings.BASE_URL}/aftaler/{agreement.pk}/"


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
