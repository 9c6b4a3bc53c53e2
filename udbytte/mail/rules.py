"""What letters say about the ground rules: what is new in them, what is asked and answered, when the unit meets."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ..models import Notice, Person
from .calendar import page_of_meeting
from .items import Item, Link, time_in_words

PARTS = {
    "procedure": lazy("How we do it"),
    "criteria": lazy("What we go by"),
    "possibilities": lazy("What is possible"),
    "money": lazy("The money"),
}


def rules_news(notice: Notice, person: Person) -> Item:
    """What a notice about the ground rules says."""
    return RULES_NEWS[notice.kind](notice, person)


def _rules(notice: Notice, label: str) -> Link:
    return Link(label, f"{settings.BASE_URL}/runder/{notice.facts['round']}/regler/")


def _changed(notice: Notice, person: Person) -> Item:
    facts = notice.facts
    link = _rules(notice, _("Read what is new"))
    if facts["unit"]:
        return Item(_("Something is added to the ground rules of %(unit)s") % facts, str(facts["name"]), links=[link])
    parts = ", ".join(str(PARTS[name]) for name in facts["parts"])
    return Item(_("The ground rules of %(name)s have been changed") % facts, parts, links=[link])


def _question(notice: Notice, person: Person) -> Item:
    link = Link(_("Answer it"), f"{settings.BASE_URL}/hold/rammer/")
    return Item(_("%(by)s asks about the ground rules") % notice.facts, str(notice.facts["text"]), links=[link])


def _question_above(notice: Notice, person: Person) -> Item:
    body = _("Asked two weeks ago in %(unit)s. The rules are to be clear before the conversations.") % notice.facts
    return Item(_("A question about the ground rules waits for %(manager)s") % notice.facts, body)


def _answer(notice: Notice, person: Person) -> Item:
    head = _("%(by)s has answered your question about the ground rules") % notice.facts
    return Item(head, str(notice.facts["answer"]), links=[_rules(notice, _("Open it"))])


def _kickoff(notice: Notice, person: Person) -> Item:
    facts = notice.facts
    head = (
        _("The kick-off of %(other)s has changed: this is the time")
        if facts["moved"]
        else _("Kick-off in %(other)s: you meet about the conversations")
    )
    body = ", ".join(filter(None, (time_in_words(facts["when"]), facts["place"])))
    return Item(head % facts, body, links=[Link(_("See the agenda"), page_of_meeting(facts))])


def _no_kickoff(notice: Notice, person: Person) -> Item:
    return Item(
        _("The kick-off of %(other)s is not held at this time") % notice.facts, time_in_words(notice.facts["when"])
    )


RULES_NEWS: dict[str, Callable[[Notice, Person], Item]] = {
    "rules_changed": _changed,
    "rules_question": _question,
    "rules_question_above": _question_above,
    "rules_answer": _answer,
    "kickoff": _kickoff,
    "no_kickoff": _no_kickoff,
}
