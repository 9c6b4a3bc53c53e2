"""The texts of emails about the ground rules: what is new, questions and answers, and kick-off meetings."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from udbytte.domain.notifications import (
    KickoffCancelled,
    KickoffPlanned,
    NotificationKind,
    RulesChanged,
    RulesQuestionAnswered,
    RulesQuestionAsked,
    RulesQuestionWaits,
)
from udbytte.models import Notification, Person
from udbytte.models.formatting import day_and_time

from .calendar import page_of_meeting
from .items import Item, Link, Words, listed, says

PARTS = {
    "procedure": lazy("How we do it"),
    "criteria": lazy("What we go by"),
    "possibilities": lazy("What is possible"),
    "money": lazy("The money"),
}


def _page(round_: int) -> str:
    return f"{settings.BASE_URL}/runder/{round_}/regler/"


def _changed(facts: RulesChanged, notification: Notification, person: Person) -> Item:
    links = [Link(_("Read what is new"), _page(facts.round))]
    if facts.unit:
        head = _("There is something new in the ground rules of %(unit)s") % {"unit": facts.unit}
        return Item(head, facts.name, links=links)
    head = _("The ground rules of %(name)s have been changed") % {"name": facts.name}
    return Item(head, listed(*(str(PARTS[name]) for name in facts.parts)), links=links)


def _question(facts: RulesQuestionAsked, notification: Notification, person: Person) -> Item:
    head = _("%(by)s asks about the ground rules") % {"by": facts.by}
    return Item(head, facts.text, links=[Link(_("Answer it"), f"{settings.BASE_URL}/medarbejdere/rammer/")])


def _question_above(facts: RulesQuestionWaits, notification: Notification, person: Person) -> Item:
    head = _("%(manager)s has not answered a question about the ground rules yet") % {"manager": facts.manager}
    body = _("It was asked two weeks ago in %(unit)s. The ground rules are to be clear before the conversations.")
    return Item(head, body % {"unit": facts.unit})


def _answer(facts: RulesQuestionAnswered, notification: Notification, person: Person) -> Item:
    head = _("%(by)s has answered your question about the ground rules") % {"by": facts.by}
    return Item(head, facts.answer, links=[Link(_("See the ground rules"), _page(facts.round))])


def _kickoff(facts: KickoffPlanned, notification: Notification, person: Person) -> Item:
    head = (
        _("The kick-off meeting in %(other)s has changed")
        if facts.moved
        else _("You are invited to a kick-off meeting in %(other)s")
    ) % {"other": facts.other}
    when = day_and_time(facts.when, notification.on)
    bring = _("Bring what you want to become better at, an idea of how, and your questions about the ground rules.")
    page = page_of_meeting(facts.meeting)
    links = [
        Link(_("See the agenda"), page),
        Link(_("The sheet: rules, budget and dates (PDF)"), f"{page}invitation.pdf"),
    ]
    body = "\n".join(filter(None, (listed(capfirst(when), facts.place, by="\n"), facts.agenda, bring)))
    return Item(head, body, links=links, subject=f"{head}: {when}")


def _no_kickoff(facts: KickoffCancelled, notification: Notification, person: Person) -> Item:
    head = _("The kick-off meeting in %(other)s is not held as planned") % {"other": facts.other}
    return Item(head, _("It was planned for %(when)s.") % {"when": day_and_time(facts.when, notification.on)})


RULES_NEWS: Mapping[NotificationKind, Words] = dict(
    (
        says(RulesChanged, _changed),
        says(RulesQuestionAsked, _question),
        says(RulesQuestionWaits, _question_above),
        says(RulesQuestionAnswered, _answer),
        says(KickoffPlanned, _kickoff),
        says(KickoffCancelled, _no_kickoff),
    )
)
