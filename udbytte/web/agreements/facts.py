"""What is agreed, as labels and texts for one reader: nothing here is more than their `VisibleParts` lets them read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from udbytte.access.agreements import VisibleParts
from udbytte.domain.lifecycle import Event, Kind, Proposal
from udbytte.models import Agreement, Helper, Nomination
from udbytte.models.formatting import day, days, kroner
from udbytte.models.labels import KIND_LABELS


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of what is agreed; `aside` stands quietly behind the text."""

    label: str
    text: str
    aside: str = ""


@dataclass(frozen=True, slots=True)
class CheckInAnswer:
    """What one of the two, or a helper, answered to a check-in."""

    who: str
    day: str
    answer: str
    line: str


def facts_of(
    agreement: Agreement, sees: VisibleParts, nomination: Nomination | None, learning_partners: Sequence[str], on: date
) -> list[Fact]:
    """What is agreed, in the order of the page; lines that are empty are left out."""
    if not sees.title:
        return []
    changes_environment = agreement.method is not None and agreement.method.changes_environment
    facts = [
        *_purpose(agreement, sees, changes_environment=changes_environment),
        Fact(_("Tried") if changes_environment else _("Planned"), _planned(agreement, on)),
        *(_for_the_two(agreement) if sees.whole else ()),
        *(_price(agreement, on) if sees.price and agreement.kind == Kind.COURSE else ()),
    ]
    if nomination is not None and (sees.deciding or sees.whole):
        facts.append(Fact(_("Nomination"), "\n".join(filter(None, (_nominated(nomination), nomination.answer)))))
    if learning_partners:
        facts.append(Fact(_("You learn together"), ", ".join(learning_partners)))
    if sees.whole:
        helpers = agreement.helpers.select_related("person")
        facts += [
            Fact(_("Helper"), helper_text(helper)) for helper in helpers if helper.person.name not in learning_partners
        ]
    return [fact for fact in facts if fact.text]


def _purpose(agreement: Agreement, sees: VisibleParts, *, changes_environment: bool) -> Iterator[Fact]:
    if sees.whole or sees.helping:
        yield Fact(
            _("What you should learn from it") if changes_environment else _("What it is for"), agreement.purpose
        )


def _planned(agreement: Agreement, on: date) -> str:
    return days(agreement.planned_from, agreement.planned_to, on)


def _for_the_two(agreement: Agreement) -> Iterator[Fact]:
    """What only the employee and the manager read."""
    yield Fact(_("Goal"), agreement.goal.text if agreement.goal is not None else "")
    yield Fact(_("Way to learn"), str(agreement.method) if agreement.method is not None else "")
    yield Fact(_("Decided by"), agreement.decided_by)
    yield Fact(_("If-then plan"), agreement.if_then)
    yield Fact(_("How you see whether it worked"), agreement.checked_by)
    yield Fact(_("If it fails, turn to"), agreement.turn_to)
    weeks = agreement.check_in_weeks
    if weeks:
        text = ngettext("every week", "every %(weeks)s weeks", weeks) % {"weeks": weeks}
        yield Fact(_("Asked whether it happens"), text)
    yield Fact(_("First use"), agreement.first_use)


def _price(agreement: Agreement, on: date) -> Iterator[Fact]:
    price = agreement.price if agreement.price is not None else agreement.estimated_price
    yield Fact(_("Price"), kroner(price))
    for seat in agreement.unused_seats.filter(cost__gt=0):
        label = _("Paid for a place that was not used")
        yield Fact(label, kroner(seat.cost), f"{seat.get_how_display()}, {day(seat.on, on)}")


def _nominated(nomination: Nomination) -> str:
    return f"{nomination.by.name}: {nomination.reason}"


def helper_text(helper: Helper) -> str:
    """Who helps, as what, for how long, and whether they said yes."""
    parts = [helper.person.name, helper.get_role_display()]
    if helper.hours:
        parts.append(ngettext("%(hours)s hour", "%(hours)s hours", helper.hours) % {"hours": helper.hours})
    return f"{', '.join(parts)} · {_helper_answer(helper)}"


def _helper_answer(helper: Helper) -> str:
    if helper.said_yes is None:
        return _("asked no more") if helper.ended_on else _("asked")
    if not helper.said_yes:
        return _("said no")
    return _("has stopped") if helper.ended_on else _("said yes")


def check_in_answers(agreement: Agreement) -> list[CheckInAnswer]:
    """What was answered to the check-ins."""
    answered = agreement.check_ins.select_related("by").exclude(answered_on=None)
    return [
        CheckInAnswer(
            item.by.name,
            date_format(item.answered_on, "DATE_FORMAT"),
            check_in_text(happens=bool(item.happens), learns=item.learns),
            item.line,
        )
        for item in answered
        if item.answered_on is not None
    ]


def check_in_text(*, happens: bool, learns: bool | None) -> str:
    """An answer to a check-in; whether something was learned may be open."""
    if not happens:
        return _("it does not happen")
    if learns is None:
        return _("it happens")
    return _("it happens, and something new is learned") if learns else _("it happens, and nothing new is learned")


def proposed_instead(agreement: Agreement, on: date) -> str:
    """What is proposed instead of the agreement, while the other one has not answered."""
    if agreement.proposal != Proposal.REPLACE:
        return ""
    entry = agreement.log.filter(event=Event.PROPOSE_REPLACE).order_by("-number").first()
    if entry is None:
        return ""
    facts = entry.facts
    begins, ends = (day(date.fromisoformat(facts[name]), on) for name in ("planned_from", "planned_to"))
    return f"{facts['title']} ({KIND_LABELS[Kind(facts['kind'])]}, {begins} – {ends})"
