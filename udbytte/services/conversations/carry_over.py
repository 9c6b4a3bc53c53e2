"""Carrying over an agreement from an earlier round: it goes on, is postponed, is dropped, or is opened again."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from udbytte.access.conversations import may_write_plan
from udbytte.domain.lifecycle import Event, Stage
from udbytte.models import Agreement, CarriedOn, Carrying, Conversation, Person
from udbytte.queries.rounds.closing import agreements_to_answer
from udbytte.services.agreements.take_step import take_step
from udbytte.services.errors import NotPermitted, NotPossible

EVENTS = {
    Carrying.MOVED: Event.POSTPONE,
    Carrying.DROPPED: Event.PROPOSE_DROP,
    Carrying.REOPENED: Event.REOPEN,
}
ABOUT_LAPSED = (Carrying.REOPENED, Carrying.ENDED)


@transaction.atomic
def carry_over_agreement(
    conversation: Conversation,
    agreement: Agreement,
    how: Carrying,
    *,
    by: Person | None,
    on: date,
    turn: int | None = None,
    **facts: Any,
) -> CarriedOn:
    """Record in a conversation what happens to an open agreement from an earlier round.

    GOES_ON and LATER are only recorded. MOVED postpones the agreement (`until`, `reason`). DROPPED proposes to drop it
    (`reason`), and the other person answers as usual. A later record replaces an earlier one.

    Of one that has lapsed twice, REOPENED opens it again, however long ago that was, and ENDED is only recorded.

    Raises NotPermitted, NotPossible for another agreement or a closed round, and what `take_step` raises.
    """
    if by is not None and not may_write_plan(conversation, by, on):
        raise NotPermitted
    if not conversation.round.is_open or not agreements_to_answer(conversation).filter(pk=agreement.pk).exists():
        raise NotPossible
    if (agreement.stage == Stage.LAPSED) is not (how in ABOUT_LAPSED):
        raise NotPossible
    event = EVENTS.get(how)
    if event is not None:
        in_talk = {"in_talk": True} if event in (Event.POSTPONE, Event.REOPEN) else {}
        take_step(agreement, event, by=by, on=on, turn=turn, facts=facts | in_talk)
    record = {"how": how, "by": by, "on": on}
    return CarriedOn.objects.update_or_create(agreement=agreement, conversation=conversation, defaults=record)[0]
