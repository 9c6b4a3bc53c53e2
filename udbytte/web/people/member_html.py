"""A row of *My team* as HTML. It is put together here, because a team can have thirty and a template is slow."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from .team_rows import MemberRow, Task

register = template.Library()
ROW = """
<tr>
  {tick}
  <th scope="row"><a href="{plan}">{name}</a>{missing}</th>
  <td class="talk">{talk}</td>
  <td class="of-dots">{bars}{more}</td>
  <td class="first">{title}<span class="{sub}">{text}</span></td>
  <td class="when {late}">{due}</td>
  <td class="actions">{action}</td>
</tr>
"""
TICK = """
<td class="tick-cell"><label class="tick">
  <input type="checkbox" name="chosen" value="{}"><span class="unseen">{}</span>
</label></td>
"""
NO_TICK = mark_safe('<td class="blank"></td>')
MISSING = '<span class="sub quiet">{}</span>'
LATE_LINK = '<a href="{}" class="late">{}</a>'
LINK = '<a href="{}">{}</a>'
QUIET = '<span class="quiet">{}</span>'
MORE = '<span class="quiet">+{}</span>'
ASK = (
    '<button class="ds-button" data-variant="secondary" type="submit" formaction="{}" name="do" value="ask"'
    ' aria-label="{}">{}</button>'
)
GO = '<a class="ds-button" data-variant="secondary" href="{}" aria-label="{}">{}</a>'


@register.simple_tag
def team_row(row: MemberRow, has_ticks: bool) -> SafeString:
    """The row, with a cell for the tick where the table has ticks."""
    task = row.task
    return format_html(
        ROW,
        tick=_tick(row) if has_ticks else "",
        plan=row.plan,
        name=row.name,
        missing=_missing(row.missing) if row.missing else "",
        talk=_talk(row),
        bars=SafeString(" ".join(row.bars)) if row.bars else format_html(QUIET, _("no agreements yet")),
        more=format_html(MORE, row.more) if row.more else "",
        title=format_html(LINK, task.url, task.title) if task.title else "",
        sub="quiet sub" if task.title else "sub",
        text=task.text,
        late="late" if task.is_late else "quiet",
        due=task.due,
        action=_action(task, row.name),
    )


def _tick(row: MemberRow) -> SafeString:
    if not row.task.tick:
        return NO_TICK
    words = {"name": row.name, "title": row.task.title, "question": row.task.text}
    return format_html(TICK, row.task.tick, _("Yes, %(name)s, %(title)s, %(question)s") % words)


def _missing(day: str) -> SafeString:
    return format_html(MISSING, _("Missing from the organisation's file since %(day)s") % {"day": day})


def _talk(row: MemberRow) -> SafeString:
    if not row.talk_url:
        return format_html(QUIET, row.talk)
    return format_html(LATE_LINK if row.talk_is_late else LINK, row.talk_url, row.talk)


def _action(task: Task, name: str) -> SafeString:
    """The button, called by what it is about as well: the buttons of all rows are alike."""
    called = ", ".join(text for text in (task.button, name, task.title) if text)
    if task.asks:
        return format_html(ASK, task.address, called, task.button)
    if task.address:
        return format_html(GO, task.address, called, task.button)
    return format_html('<span class="quiet small">{}</span>', task.button)
