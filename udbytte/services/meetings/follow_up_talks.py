"""Follow-up talks through the year: an agenda that both add to, a day, and that they have talked."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from udbytte.access.conversations import follows_up
from udbytte.domain.reach import BEGUN, START
from udbytte.models import AgendaItem, Agreement, Employment, FollowUpTalk, Person
from udbytte.models.meetings import LONGEST_AGENDA_ITEM
from udbytte.services.errors import MissingFact, NotPermitted, Refused, require_day_within, require_text_fits
from udbytte.services.locks import lock_row


@transaction.atomic
def add_agenda_item(
    employment: Employment, text: str, *, by: Person | None, on: date, agreement: Agreement | None = None
) -> AgendaItem:
    """Put something on the agenda of the employment's next follow-up talk. Raises MissingFact, TooLong, NotPermitted.

    `by` is one of the two; None: the application itself, for instance about an `agreement` whose drop got no answer.
    What is on the agenda already, and not done, is not added a second time.
    """
    talk = _coming_talk(employment, by, on)
    text = " ".join(text.split())
    if not text:
        raise MissingFact("text")
    require_text_fits(text, LONGEST_AGENDA_ITEM, "text")
    open_items = talk.items.filter(agreement=agreement, done_on__isnull=True)
    same = next((item for item in open_items if item.text == text), None)
    return same or AgendaItem.objects.create(talk=talk, text=text, agreement=agreement, by=by, added_on=on)


@transaction.atomic
def mark_agenda_item(item: AgendaItem, *, done: bool, by: Person, on: date) -> None:
    """Mark an item of the coming talk as talked about, or take the mark off."""
    talk = _coming_talk(item.talk.employment, by, on)
    if item.talk_id != talk.pk:
        raise Refused(_("That talk is over. Put it on the agenda of the next."))
    item.done_on = on if done else None
    item.save(update_fields=["done_on"])


@transaction.atomic
def plan_follow_up_talk(employment: Employment, day: date | None, *, by: Person, on: date) -> FollowUpTalk:
    """Set the day of the next talk; None: no day yet."""
    talk = _coming_talk(employment, by, on)
    talk.planned_on = _later(day, on, "planned_on") if day is not None else None
    talk.save(update_fields=["planned_on"])
    return talk


@transaction.atomic
def hold_follow_up_talk(
    employment: Employment, day: date, *, by: Person, on: date, next_on: date | None = None
) -> FollowUpTalk:
    """Record that the two have talked. What is not done moves to the next talk, which may get its day at once."""
    talk = _coming_talk(employment, by, on)
    if day > on:
        raise Refused(_("Choose a day that is not in the future."), "held_on")
    require_day_within(BEGUN, day, on=on, field="held_on")
    talk.held_on = day
    talk.save(update_fields=["held_on"])
    left = talk.items.filter(done_on__isnull=True)
    if next_on is not None or left.exists():
        planned_on = _later(next_on, on, "next_on") if next_on is not None else None
        left.update(talk=FollowUpTalk.objects.create(employment=talk.employment, planned_on=planned_on))
    return talk


def _coming_talk(employment: Employment, by: Person | None, on: date) -> FollowUpTalk:
    """The employment's coming talk; it is made if there is none. The employment's row is locked meanwhile."""
    row = lock_row(Employment.objects.all(), employment.pk)
    if by is not None and not follows_up(row, by, on):
        raise NotPermitted
    talk, _made = FollowUpTalk.objects.get_or_create(employment=row, held_on=None)
    return talk


def _later(day: date, on: date, field: str) -> date:
    if day < on:
        raise Refused(_("Choose today or a later date."), field)
    require_day_within(START, day, on=on, field=field)
    return day
