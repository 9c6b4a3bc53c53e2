"""What is open from an earlier round is taken up in the next conversation: it goes on, moves, or is dropped."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from udbytte.access.conversations import may_write_plan
from udbytte.domain.lifecycle import Event
from udbytte.models import Agreement, CarriedOn, Carrying, Conversation, Person
from udbytte.queries.rounds.closing import open_from_before
from udbytte.services.agreements.take_step import take_step
from udbytte.services.errors import NotPermitted, NotPossible

EVENTS = {Carrying.MOVED: Event.POSTPONE, Carrying.DROPPED: Event.PROPOSE_DROP}


@transaction.atomic
def take_up(
    conversation: Conversation,
    agreement: Agreement,
    how: Carrying,
    *,
    by: Person | None,
    on: date,
    turn: int | None = None,
    **facts: Any,
) -> CarriedOn:
    """Say in a conversation what becomes of an agreement that is open from an earlier round.

    GOES_ON and LATER are noted; MOVED postpones it (`until`, `reason`), DROPPED proposes to drop it (`reason`), which
    the other one answers as ever. The last that was said stands.
    Raises NotPermitted, NotPossible for another agreement or a round that is closed, and what `take_step` does.
    """
    if by is not None and not may_write_plan(conversation, by, on):
        raise NotPermitted
    if not conversation.round.is_open or not open_from_before(conversation).filter(pk=agreement.pk).exists():
        raise NotPossible
    event = EVENTS.get(how)
    if event is not None:
        take_step(agreement, event, by=by, on=on, turn=turn, facts=facts)
    said = {"how": how, "by": by, "on": on}
    return CarriedOn.objects.update_or_create(agreement=agreement, conversation=conversation, defaults=said)[0]
