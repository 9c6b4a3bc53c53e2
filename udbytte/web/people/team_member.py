"""The card of one employee on the team's page, put together here because a template for each takes long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from udbytte.models import Conversation
from udbytte.models.formatting import day, short_day_and_time
from udbytte.queries.people.team import Member
from udbytte.web.agreements.rows import Row, agreement_row, row
from udbytte.web.base.addresses import page_address

register = template.Library()
CARD = """
<section class="card">
  <div class="row between">
    <h3><a href="{plan}">{name}</a></h3>
    <span class="small">
      {late} {talk} · <a href="{follow_up}">{follow_up_label}</a>
    </span>
  </div>
  {missing}
  <ul class="list">{rows}</ul>
</section>
"""
NOTHING = '<li class="quiet small">{}</li>'


@dataclass(frozen=True, slots=True)
class MemberCard:
    """What the card of one employee shows. `talk` is the address of the conversation, if there is one."""

    member: Member
    talk: str
    talk_status: str
    since: str
    missing: str
    rows: list[Row]


def card_of(member: Member, on: date, missing: date | None) -> MemberCard:
    """The card; `missing` is the day since when the organisation's file lacks the employee."""
    since, conversation = member.still_since(on), member.conversation
    return MemberCard(
        member=member,
        talk=page_address("conversation", conversation.pk) if conversation else "",
        talk_status=_status_of(conversation, on) if conversation else _("not in a round"),
        since=day(since, on) if since else "",
        missing=day(missing, on) if missing else "",
        rows=[row(agreement, on) for agreement in member.agreements],
    )


def _status_of(conversation: Conversation, on: date) -> str:
    """How far the conversation is, in few words, or the day that is planned."""
    if conversation.held_on:
        return _("conversation held")
    if conversation.declined_on:
        return _("no conversation this time")
    if conversation.planned_at:
        return short_day_and_time(conversation.planned_at, on)
    return _("plan the conversation")


@register.simple_tag(takes_context=True)
def team_member(context: template.Context, card: MemberCard) -> SafeString:
    """Name, conversation, and the agreements as rows."""
    employment = card.member.employment
    rows = "".join(agreement_row(context, row) for row in card.rows)
    late = _("stands still since %(day)s") % {"day": card.since}
    missing = _("Missing from the organisation's file since %(day)s") % {"day": card.missing}
    talk = '<a href="{}">{}</a>' if card.talk else '<span class="quiet">{1}</span>'
    return format_html(
        CARD,
        plan=page_address("plan-of", employment.pk),
        name=employment.person.name,
        late=format_html('<span class="late">{}</span> ·', late) if card.since else "",
        talk=format_html(talk, card.talk, card.talk_status),
        follow_up=page_address("follow-up-talk", employment.pk),
        follow_up_label=_("follow-up talk"),
        missing=format_html('<p class="note">{}</p>', missing) if card.missing else "",
        rows=mark_safe(rows) if rows else format_html(NOTHING, _("Nothing is agreed yet.")),  # noqa: S308
    )
