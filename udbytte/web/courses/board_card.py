"""A card of the course board: the course, the person, one date, and the one thing that the reader can do about it.

A board has dozens of cards, and a template is slow: so a card is put together here, by the tag `board_card`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from udbytte.domain.lifecycle import Event, Party, allowed
from udbytte.models import Agreement
from udbytte.models.formatting import days, due, short_day
from udbytte.models.labels import BUTTONS
from udbytte.web.base.addresses import page_address

register = template.Library()
COORDINATOR = frozenset({Party.COORDINATOR})
# Events that need one press and no further facts, by step.
AT_ONCE = {"register": (Event.REGISTER,), "confirm_seat": (Event.CONFIRM_SEAT, Event.STILL_WAITING)}
CARD = """
<article class="task" id="a{pk}">
  <h3 id="h{pk}"><a href="{url}">{title}</a></h3>
  <p>{name} <span class="quiet">{unit}</span></p>
  {holder}
  <p class="{css}">{when}</p>
  {missing}
  {actions}
</article>
"""
PRESS = """
<form method="post" action="{step}" data-hx-post="{step}" data-hx-target="#a{pk}" data-hx-swap="outerHTML">
  <input type="hidden" name="csrfmiddlewaretoken" value="{token}">
  <input type="hidden" name="turn" value="{turn}">
  <input type="hidden" name="event" value="{event}">
  <button type="submit" class="ds-button" data-size="sm" data-variant="{variant}"
          aria-describedby="h{pk}">{label}</button>
</form>
"""
LINK = """
<a class="ds-button" data-size="sm" data-variant="secondary" href="{}" aria-describedby="h{}">{}</a>
"""


@dataclass(frozen=True, slots=True)
class Card:
    """What a coordinator may read of an agreement on the board.

    `holder` is who has the task if it is not the reader, who then gets no button. `page` is where the reader does what
    needs more than a press, with its label `does`; `presses` are the events that one press lets happen.
    """

    agreement: Agreement
    when: str
    is_late: bool
    holder: str = ""
    missing: str = ""
    page: str = ""
    does: str = ""
    presses: tuple[Event, ...] = ()


def card_of(agreement: Agreement, reader: int, on: date, missing: Mapping[int, date]) -> Card:
    """The card as the person `reader` sees it; `missing`: since when the organisation's file lacks people, by id."""
    late = agreement.step_due is not None and agreement.step_due < on
    since = missing.get(agreement.employee_id)
    gone = _("Missing from the organisation's file since %(day)s") % {"day": short_day(since, on)} if since else ""
    when = _when(agreement, on)
    if agreement.step_owner_id != reader:
        return Card(agreement, when, late, _holder(agreement), gone)
    page, does = _page(agreement)
    presses = tuple(event for event in AT_ONCE.get(agreement.step, ()) if allowed(agreement.state, event, COORDINATOR))
    return Card(agreement, when, late, "", gone, page, does, presses)


def _when(agreement: Agreement, on: date) -> str:
    """The one date: that of the course where only it is waited for, else when the task is due."""
    first, last = agreement.starts_on, agreement.ends_on
    if agreement.step == "go" and first is not None and last is not None:
        if last < on:
            return _("since %(day)s") % {"day": short_day(last, on)}
        return short_day(first, on) if first == last else days(first, last, on)
    return due(agreement.step_due, on) if agreement.step_due is not None else ""


def _holder(agreement: Agreement) -> str:
    """Who has the task; empty where it is the employee whose card it is."""
    if agreement.is_with_hr:
        return _("with HR")
    owner = agreement.step_owner
    if owner is None or owner.pk == agreement.employee_id:
        return ""
    return _("with %(name)s") % {"name": owner.name}


def _page(agreement: Agreement) -> tuple[str, str]:
    """Where the step is done if a press is not enough, and what the button to it says."""
    match agreement.step:
        case "find_run":
            return page_address("course-board-step", agreement.pk), _("Find a course date")
        case "register" if allowed(agreement.state, Event.WRITE_PROVIDER, COORDINATOR):
            return page_address("write-provider", agreement.pk), _("Write to the provider")
        case "register" | "confirm_seat":
            return "", ""
        case _:
            return page_address("agreement", agreement.pk), _("Answer")


@register.simple_tag(takes_context=True)
def board_card(context: template.Context, card: Card) -> SafeString:
    """The card, with a link to the page of its step and a button for each event that one press lets happen."""
    agreement = card.agreement
    return format_html(
        CARD,
        pk=agreement.pk,
        url=page_address("agreement", agreement.pk),
        title=agreement.title,
        name=agreement.employee.name,
        unit=agreement.unit.name,
        holder=format_html('<p class="quiet">{}</p>', card.holder) if card.holder else "",
        css="late" if card.is_late else "quiet",
        when=card.when,
        missing=format_html('<p class="note">{}</p>', card.missing) if card.missing else "",
        actions=_actions(card, context.get("csrf_token")),
    )


def _actions(card: Card, token: object) -> SafeString:
    agreement = card.agreement
    if not card.does and not card.presses:
        return SafeString("")
    link = format_html(LINK, card.page, agreement.pk, card.does) if card.does else ""
    forms = format_html_join(
        "",
        PRESS,
        (
            {
                "step": page_address("course-board-step", agreement.pk),
                "pk": agreement.pk,
                "token": token,
                "turn": agreement.turn,
                "event": event,
                "variant": "tertiary" if card.does or number else "secondary",
                "label": BUTTONS[event],
            }
            for number, event in enumerate(card.presses)
        ),
    )
    return format_html('<div class="does">{}{}</div>', link, forms)
