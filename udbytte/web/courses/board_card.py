"""A card of the course board: an agreement with the buttons of its step.

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
from udbytte.models.formatting import day, days, due, kroner
from udbytte.models.labels import BUTTONS
from udbytte.web.agreements.rows import Row, row
from udbytte.web.base.addresses import page_address

register = template.Library()
COORDINATOR = frozenset({Party.COORDINATOR})
# Events that need one press and no further facts.
AT_ONCE = (Event.REGISTER, Event.WAITLIST, Event.CONFIRM_SEAT, Event.STILL_WAITING)
CARD = """
<article class="card" id="a{pk}">
  <h3 id="h{pk}"><a href="{url}">{title}</a></h3>
  {facts}
  {missing}
  <div class="row">
    {buttons}
    <a class="ds-button" data-size="sm" data-variant="{variant}" href="{step}" hx-get="{step}" hx-target="#a{pk}"
       hx-swap="outerHTML" aria-describedby="h{pk}">{label}</a>
  </div>
</article>
"""
BUTTON = """
<form method="post" action="{}" hx-post="{}" hx-target="#a{}" hx-swap="outerHTML">
  <input type="hidden" name="csrfmiddlewaretoken" value="{}">
  <input type="hidden" name="turn" value="{}">
  <input type="hidden" name="event" value="{}">
  <button type="submit" class="ds-button" data-size="sm" data-variant="{}">{}</button>
</form>
"""
FACTS = """
<p class="small">
  {who}, {unit}
  <br>
  {when} · {price}
  {deadline}
</p>
<p class="small">
  {step} · {owner} · <span class="{css}">{due}</span>
</p>
"""


@dataclass(frozen=True, slots=True)
class Card:
    """What a coordinator may read of an agreement: title, dates, price, step and person.

    `step` is the address where its step is done. `is_own`: the step itself is done there, and not only something else.
    """

    row: Row
    step: str
    price: str
    when: str
    deadline: str
    buttons: list[Event]
    is_own: bool
    missing: str


def card_of(agreement: Agreement, on: date, missing: Mapping[int, date]) -> Card:
    """The card; `missing` says since when the organisation's file lacks people, by their ids."""
    run, first, last = agreement.run, agreement.starts_on, agreement.ends_on
    if first and last:
        place = f", {run.place}" if run and run.place else ""
        when = f"{days(first, last, on)}{place}"
    else:
        wished = days(agreement.planned_from, agreement.planned_to, on)
        when = _("wished for %(days)s") % {"days": wished}
    deadline = run.signup_deadline if run is not None and agreement.stage != "registered" else None
    since = missing.get(agreement.employee_id)
    return Card(
        row=row(agreement, on),
        step=page_address("course-board-step", agreement.pk),
        price=kroner(agreement.price if agreement.price is not None else agreement.estimated_price),
        when=when,
        deadline=due(deadline, on) if deadline is not None else "",
        buttons=[event for event in AT_ONCE if allowed(agreement.state, event, COORDINATOR)],
        is_own=agreement.step == "find_run",
        missing=day(since, on) if since is not None else "",
    )


@register.simple_tag(takes_context=True)
def board_card(context: template.Context, card: Card) -> SafeString:
    """The card with a button for each event that one press lets happen, and a link to everything else."""
    agreement, token = card.row.agreement, context.get("csrf_token")
    forms = (
        (card.step, card.step, agreement.pk, token, agreement.turn, event, _variant(number), BUTTONS[event])
        for number, event in enumerate(card.buttons)
    )
    missing = _("Missing from the organisation's file since %(day)s") % {"day": card.missing}
    return format_html(
        CARD,
        pk=agreement.pk,
        url=card.row.url,
        title=agreement.title,
        facts=board_facts(card),
        missing=format_html('<p class="note">{}</p>', missing) if card.missing else "",
        buttons=format_html_join("", BUTTON, forms),
        variant="secondary" if card.is_own else "tertiary",
        step=card.step,
        label=_("Do the step") if card.is_own else _("Something else"),
    )


@register.simple_tag
def board_facts(card: Card) -> SafeString:
    """Person, unit, days, place and price; under them the next step, whose it is, and when it is due."""
    agreement = card.row.agreement
    deadline = _("sign up by %(day)s") % {"day": card.deadline}
    return format_html(
        FACTS,
        who=agreement.employee.name,
        unit=agreement.unit.name,
        when=card.when,
        price=card.price,
        deadline=format_html("<br>\n{}", deadline) if card.deadline else "",
        step=agreement.get_step_display(),
        owner=agreement.step_owner.name if agreement.step_owner is not None else "",
        css="late" if card.row.late else "quiet",
        due=card.row.due,
    )


def _variant(number: int) -> str:
    """The first button is the loud one."""
    return "secondary" if number else "primary"
