"""What a manager has written down of somebody's answer, in words, for the email, the slip and the pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from udbytte.access.links import WrittenLink
from udbytte.domain.lifecycle import WRITTEN_ANSWERS, Event
from udbytte.domain.notifications import WrittenForYou
from udbytte.domain.notifications.emails import Urgency
from udbytte.models import Agreement, Hindrance, InUse, Newness, Notification, Person, WrittenAnswer

from .items import Item, Link, Look, listed, titled
from .steps import WORDS


def question_of(event: Event) -> str:
    """The question that the answer is to, as the employee is asked it."""
    step = next(step for step, answers in WRITTEN_ANSWERS.items() if event in answers)
    return str(WORDS[step].own)


def answer_lines(written: WrittenAnswer) -> list[str]:
    """What was written down, a line for each part."""
    facts: Mapping[str, Any] = written.facts
    lines = [_answer(written.kind, facts)]
    if written.kind is Event.REPORT_OUTCOME:
        lines.append(_("New: %(how)s") % {"how": Newness(facts["newness"]).label})
        if facts.get("in_use"):
            lines.append(_("Used: %(how)s") % {"how": InUse(facts["in_use"]).label})
        labels = [str(Hindrance(value).label) for value in facts.get("hindrances", ())]
        if labels:
            lines.append(_("In the way: %(what)s") % {"what": listed(*labels)})
        if facts.get("recommends") is not None:
            recommends = _("Would recommend it to a colleague")
            lines.append(recommends if facts["recommends"] else _("Would not recommend it to a colleague"))
    lines += [str(facts[name]) for name in ("reason", "line") if facts.get(name)]
    return [line for line in lines if line]


def _answer(event: Event, facts: Mapping[str, Any]) -> str:
    match event:
        case Event.GO:
            return _("Yes, all of it") if facts.get("went") == "yes" else _("Yes, part of it")
        case Event.NOT_GONE:
            return _("No, not this time")
        case Event.MIDWAY:
            return _("Yes, it goes on") if facts.get("goes_on") else _("No, it has stopped")
        case Event.USE:
            return _("Yes, I have used it")
        case Event.NOT_USED:
            return _("Not yet")
        case Event.CHECK_IN:
            return _check_in(facts)
        case _:
            return str(facts.get("learned", ""))


def _check_in(facts: Mapping[str, Any]) -> str:
    if not facts.get("happens"):
        return _("No, it does not happen")
    if facts.get("learns") is None:
        return _("Yes, it happens")
    return (
        _("Yes, it happens, and I learn something new")
        if facts["learns"]
        else _("Yes, it happens, and I learn nothing new")
    )


def asks_whether_right(by: str) -> str:
    return _("%(who)s has written down your answer after your talk. Is it right?") % {"who": by}


def written_for_you(facts: WrittenForYou, agreement: Agreement, notification: Notification, person: Person) -> Item:
    """A manager has written down what the reader answered, and the reader says yes or no."""
    head = asks_whether_right(facts.by)
    written = WrittenAnswer.objects.filter(pk=facts.written, agreement__employee=person).first()
    answer = (question_of(written.kind), *answer_lines(written)) if written is not None else ()
    body = listed(agreement.title, *"\n".join(answer).split("\n"), by="\n")
    links = [Link(_("Say whether it is right"), WrittenLink(person.pk, facts.written, notification.on).url)]
    subject = titled(_("Is it right?"), agreement)
    return Item(head, body, links=links, look=Look.TASK, subject=subject, urgency=Urgency.SOMEBODY_WAITS)


def is_answered(facts: WrittenForYou) -> bool:
    """Whether the reader has said yes or no meanwhile, or the step was answered otherwise."""
    written = WrittenAnswer.objects.filter(pk=facts.written).first()
    return written is not None and not written.is_open
